// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithms/generational.h"

namespace tandem::search {

/// Uniform in the ranges, without repeats: the base line that every other algorithm has to beat.
class RandomSearch final : public Generational {
  public:
    RandomSearch(const point::Space& space, const Rules& rules, std::uint64_t seed);
    std::string name() const override { return "random"; }

  private:
    point::Encoding propose(Random& random, int attempt) override;
    void told(const point::Point& point) override;
};

} // namespace tandem::search
