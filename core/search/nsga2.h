// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/dominance.h"
#include "core/search/generational.h"

namespace tandem::search {

/// NSGA-II (Deb, Pratap, Agarwal, Meyarivan 2002) on choice indices: binary tournaments by constraint
/// domination and crowding, two-point or uniform crossover, and a mutation that steps to near choices of the
/// ordered list or draws a fresh one. Survivors are picked from the population and everything told since,
/// whoever proposed it. New rules re-rank the population; members outside the new ranges are moved to the
/// nearest encoding inside and proposed first.
class Nsga2 final : public Generational {
  public:
    static constexpr std::size_t kPopulation = 200;

    Nsga2(const space::Space& space, const Rules& rules, std::uint64_t seed);
    std::string name() const override { return "nsga2"; }

  private:
    struct Individual {
        space::Encoding encoding;
        space::Metrics metrics;
        Fitness fitness;
        std::uint32_t rank = 0;
        double crowding = 0.0;
    };

    void prepareGeneration() override;
    space::Encoding propose(Random& random, int attempt) override;
    void rulesChanged() override;
    void told(const space::Point& point) override;

    void judge(Individual& individual) const;
    void selectSurvivors();
    const Individual& tournament(Random& random) const;
    space::Encoding crossover(Random& random, const space::Encoding& a, const space::Encoding& b) const;
    void mutate(Random& random, space::Encoding& encoding, double expected) const;

    std::vector<Individual> population_; // survivors first, then what was told since
    std::size_t survivors_ = 0;
    std::vector<space::Encoding> repaired_; // proposed first, last one first
};

} // namespace tandem::search
