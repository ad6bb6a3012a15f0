// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/exchange.h"

#include "core/base/bytes.h"

#include <algorithm>
#include <iterator>

namespace tandem::search {

namespace {
constexpr std::uint8_t kStateVersion = 1;
}

Exchange::Exchange(std::unique_ptr<Algorithm> algorithm, std::size_t lag)
    : algorithm_(std::move(algorithm)), lag_(lag) {}

void Exchange::tell(const point::PointLog& points, std::size_t end) {
    while (told_ < end) {
        const std::span<const point::Point> next = points.evaluated(told_, end);
        algorithm_->tell(next);
        told_ += next.size();
    }
}

std::vector<Proposal> Exchange::ask(std::size_t count, const point::PointLog& points, std::size_t known) {
    std::vector<Proposal> proposals;
    while (proposals.size() < count && !isExhausted_) {
        if (algorithm_->decided() == 0) {
            const std::size_t due = asked_ - std::min(asked_, lag_);
            if (known < due) {
                break;
            }
            tell(points, due);
        }
        std::vector<Proposal> next = algorithm_->ask(count - proposals.size());
        isExhausted_ = next.empty();
        asked_ += next.size();
        proposals.insert(proposals.end(), std::make_move_iterator(next.begin()),
                         std::make_move_iterator(next.end()));
    }
    return proposals;
}

bool Exchange::replay(const point::PointLog& points, std::size_t end) {
    while (asked_ < end) {
        const std::size_t first = asked_;
        const std::vector<Proposal> again = ask(end - first, points, first);
        const auto isKnown = [&, id = first](const Proposal& proposal) mutable {
            return proposal.encoding == points.evaluated(id++).encoding;
        };
        if (again.empty() || !std::ranges::all_of(again, isKnown)) {
            asked_ = first;
            return false;
        }
    }
    return true;
}

void Exchange::steer(const Rules& rules, std::span<const point::Point> elites,
                     const point::PointLog& points) {
    tell(points, asked_);
    algorithm_->steer(rules);
    algorithm_->tell(elites);
    isExhausted_ = false;
}

std::string Exchange::save() const {
    ByteWriter to;
    to.number(kStateVersion);
    to.number(static_cast<std::uint64_t>(lag_));
    to.number(static_cast<std::uint64_t>(asked_));
    to.number(static_cast<std::uint64_t>(told_));
    to.number(isExhausted_);
    to.text(algorithm_->save());
    return to.take();
}

void Exchange::load(std::string_view state, const point::PointLog& points, std::size_t known,
                    std::span<const Proposal> open) {
    ByteReader from(state);
    if (from.number<std::uint8_t>() != kStateVersion || from.number<std::uint64_t>() != lag_) {
        throw inputError("the saved state of the search has another version or another lag");
    }
    asked_ = from.number<std::uint64_t>();
    told_ = from.number<std::uint64_t>();
    isExhausted_ = from.number<std::uint8_t>() != 0;
    if (asked_ != known + open.size() || told_ > known) {
        throw inputError("the saved state of the search belongs to {} points, not to {}", asked_,
                         known + open.size());
    }
    algorithm_->load(from.text(), {points, known, open});
}

} // namespace tandem::search
