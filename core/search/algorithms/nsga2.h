// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithms/generational.h"
#include "core/search/front/dominance.h"

namespace tandem::search {

/// NSGA-II (Deb, Pratap, Agarwal, Meyarivan 2002) on choice indices: binary tournaments by constraint
/// domination and crowding, two-point or uniform crossover, and a mutation that steps to near choices of the
/// ordered list or draws a fresh one. Survivors are picked from the population and everything told since,
/// whoever proposed it. New rules re-rank the population; members outside the new ranges are moved to the
/// nearest encoding inside and proposed first.
class Nsga2 final : public Generational {
  public:
    static constexpr std::size_t kPopulation = 200;

    Nsga2(const point::Space& space, const Rules& rules, std::uint64_t seed);
    std::string name() const override { return "nsga2"; }

  private:
    struct Individual {
        point::Encoding encoding;
        point::Metrics metrics;
        Fitness fitness;
        std::uint32_t rank = 0;
        double crowding = 0.0;
    };

    void prepareGeneration() override;
    point::Encoding propose(Random& random, int attempt) override;
    void rulesChanged() override;
    void told(const point::Point& point) override;

    void judge(Individual& individual) const;
    void selectSurvivors();
    const Individual& tournament(Random& random) const;
    point::Encoding crossover(Random& random, const point::Encoding& a, const point::Encoding& b) const;
    void mutate(Random& random, point::Encoding& encoding, double expected) const;

    std::vector<Individual> population_; // survivors first, then what was told since
    std::size_t survivors_ = 0;
    std::vector<point::Encoding> repaired_; // proposed first, last one first
};

} // namespace tandem::search
