// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/algorithms/random_search.h"

namespace tandem::search {

namespace {
constexpr std::size_t kAtOnce = 512;
constexpr std::uint8_t kStateVersion = 1;
} // namespace

RandomSearch::RandomSearch(const Setting& setting)
    : seed_(setting.seed), number_(setting.number), pool_(setting) {}

std::vector<Proposal> RandomSearch::ask(std::size_t count) {
    if (pool_.waiting() == 0) {
        Random random = Random::stream(seed_, draws_);
        const auto propose = [this](Random& source, int /*attempt*/) {
            Proposal proposal{pool_.randomEncoding(source), {}, point::Fidelity::Estimate};
            proposal.origin.algorithm = number_;
            proposal.origin.move = point::Move::Random;
            return proposal;
        };
        while (pool_.waiting() < kAtOnce && pool_.add(random, propose)) {
        }
        draws_ += pool_.waiting() > 0 ? 1U : 0U;
    }
    return pool_.take(count);
}

void RandomSearch::tell(std::span<const point::Point> points) {
    for (const point::Point& point : points) {
        pool_.know(point.encoding);
    }
}

std::string RandomSearch::save() const {
    ByteWriter to;
    to.number(kStateVersion);
    to.number(draws_);
    pool_.save(to);
    return to.take();
}

void RandomSearch::load(std::string_view state, const KnownPoints& known) {
    ByteReader from(state);
    if (from.number<std::uint8_t>() != kStateVersion) {
        throw inputError("the saved state of the random search has another version");
    }
    draws_ = from.number<std::uint64_t>();
    pool_.load(from, known);
}

} // namespace tandem::search
