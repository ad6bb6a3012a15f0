// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/algorithms/generational.h"

#include <algorithm>

namespace tandem::search {

namespace {
constexpr int kAttempts = 24; // before the search counts through the ranges
}

Generational::Generational(const point::Space& space, Rules rules, std::uint64_t seed,
                           std::size_t generationSize)
    : imported_(space.importedPoint()),
      rules_(std::move(rules)),
      seed_(seed),
      generationSize_(generationSize) {
    adoptRanges();
}

void Generational::adoptRanges() {
    free_.clear();
    cursor_.clear();
    for (std::size_t i = 0; i < rules_.ranges.size(); ++i) {
        cursor_.push_back(rules_.ranges[i].low);
        if (rules_.ranges[i].low < rules_.ranges[i].high) {
            free_.push_back(i);
        }
    }
    exhausted_ = false;
    pending_.clear();
    handedOut_ = 0;
    proposed_.clear();
}

void Generational::steer(const Rules& rules) {
    rules_ = rules;
    adoptRanges();
    rulesChanged();
}

std::vector<point::Encoding> Generational::ask(std::size_t count) {
    if (handedOut_ == pending_.size()) {
        makeGeneration();
    }
    const std::size_t taken = std::min(count, pending_.size() - handedOut_);
    const auto first = pending_.begin() + static_cast<std::ptrdiff_t>(handedOut_);
    handedOut_ += taken;
    return {std::make_move_iterator(first),
            std::make_move_iterator(first + static_cast<std::ptrdiff_t>(taken))};
}

void Generational::tell(std::span<const point::Point> points) {
    for (const point::Point& point : points) {
        told_.insert(point.encoding);
        told(point);
    }
}

void Generational::makeGeneration() {
    pending_.clear();
    handedOut_ = 0;
    proposed_.clear();
    prepareGeneration();
    Random random = Random::stream(seed_, generation_++);
    point::Encoding encoding = clamped(imported_);
    if (generation_ == 1 && isNew(encoding)) {
        proposed_.insert(encoding);
        pending_.push_back(std::move(encoding));
    }
    while (pending_.size() < generationSize_ && proposeNew(random, encoding)) {
        proposed_.insert(encoding);
        pending_.push_back(std::move(encoding));
    }
}

bool Generational::isNew(const point::Encoding& encoding) const {
    return !proposed_.contains(encoding) && !told_.contains(encoding);
}

bool Generational::proposeNew(Random& random, point::Encoding& encoding) {
    if (exhausted_) {
        return false;
    }
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        encoding = attempt < kAttempts / 2 ? propose(random, attempt) : randomEncoding(random);
        if (isNew(encoding)) {
            return true;
        }
    }
    return nextUnvisited(encoding);
}

bool Generational::nextUnvisited(point::Encoding& encoding) {
    // What the cursor has passed is known for good, so all scans together visit every encoding once. In a
    // space too large to count through, chance does not fail 24 times in a row.
    while (!exhausted_) {
        encoding = cursor_;
        std::size_t digit = 0;
        while (digit < free_.size() && cursor_[free_[digit]] == rules_.ranges[free_[digit]].high) {
            cursor_[free_[digit]] = rules_.ranges[free_[digit]].low;
            ++digit;
        }
        if (digit == free_.size()) {
            exhausted_ = true;
        } else {
            ++cursor_[free_[digit]];
        }
        if (isNew(encoding)) {
            return true;
        }
    }
    return false;
}

point::Encoding Generational::randomEncoding(Random& random) const {
    point::Encoding encoding(rules_.ranges.size());
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        const point::Range range = rules_.ranges[i];
        const std::uint64_t width = static_cast<std::uint64_t>(range.high - range.low) + 1;
        encoding[i] = static_cast<std::uint8_t>(range.low + (width == 1 ? 0 : random.below(width)));
    }
    return encoding;
}

point::Encoding Generational::clamped(point::Encoding encoding) const {
    for (std::size_t i = 0; i < encoding.size(); ++i) {
        encoding[i] = std::clamp(encoding[i], rules_.ranges[i].low, rules_.ranges[i].high);
    }
    return encoding;
}

} // namespace tandem::search
