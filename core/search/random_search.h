// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/generational.h"

namespace tandem::search {

/// Uniform in the ranges, without repeats: the base line that every other algorithm has to beat.
class RandomSearch final : public Generational {
  public:
    RandomSearch(const space::Space& space, const Rules& rules, std::uint64_t seed);
    std::string name() const override { return "random"; }

  private:
    space::Encoding propose(Random& random, int attempt) override;
    void told(const space::Point& point) override;
};

} // namespace tandem::search
