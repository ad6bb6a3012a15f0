// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run/search_state.h"

#include "core/base/bytes.h"
#include "core/search/proposal_pool.h"
#include "core/search/visited.h"

namespace tandem::engine {

namespace {
constexpr std::uint8_t kVersion = 1;
}

std::uint64_t PointsDigest::of(const point::PointLog& points, std::size_t count) {
    if (count < count_) {
        *this = {};
    }
    for (; count_ < count; ++count_) {
        // An odd multiplier (that of Knuth's MMIX generator) keeps the order in.
        value_ = value_ * 6364136223846793005ULL + search::hashOf(points.evaluated(count_).encoding);
    }
    return value_;
}

std::string toBytes(const SearchState& state) {
    ByteWriter to;
    to.number(kVersion);
    to.text(state.identity);
    to.number(state.points);
    to.number(state.digest);
    to.number(state.commands);
    to.number(static_cast<std::uint64_t>(state.open.size()));
    for (const search::Proposal& proposal : state.open) {
        search::saveProposal(to, proposal);
    }
    to.text(state.exchange);
    return to.take();
}

std::optional<SearchState> searchStateOf(std::string_view bytes) {
    try {
        ByteReader from(bytes);
        if (from.number<std::uint8_t>() != kVersion) {
            return std::nullopt;
        }
        SearchState state;
        state.identity = from.text();
        state.points = from.number<std::uint64_t>();
        state.digest = from.number<std::uint64_t>();
        state.commands = from.number<std::uint64_t>();
        for (std::uint64_t left = from.count(1); left > 0; --left) {
            state.open.push_back(search::loadProposal(from));
        }
        state.exchange = from.text();
        return state;
    } catch (const Error&) {
        return std::nullopt;
    }
}

} // namespace tandem::engine
