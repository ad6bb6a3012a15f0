// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/front/dominance.h"
#include "core/search/proposal_pool.h"

namespace tandem::search {

/// NSGA-II (Deb, Pratap, Agarwal, Meyarivan 2002) on choice indices: binary tournaments by constraint
/// domination and crowding, two-point or uniform crossover, and a mutation that steps to near choices of the
/// ordered list or draws a fresh one. A generation is decided on at once; generation g draws from a random
/// stream of its own. Survivors are picked from the population and everything told since, whoever proposed
/// it. New rules re-rank the population; members outside the new ranges are moved to the nearest encoding
/// inside and proposed first.
class Nsga2 final : public Algorithm {
  public:
    static std::span<const OptionKind> options();
    explicit Nsga2(const Setting& setting);

    void steer(const Rules& rules) override;
    std::size_t decided() const override { return pool_.waiting(); }
    std::vector<Proposal> ask(std::size_t count) override;
    void tell(std::span<const point::Point> points) override;
    std::string save() const override;
    void load(std::string_view state, const KnownPoints& known) override;

  private:
    struct Individual {
        point::PointId id = 0;
        point::Encoding encoding;
        point::Metrics metrics;
        Fitness fitness;
        std::uint32_t rank = 0;
        double crowding = 0.0;
    };

    Proposal propose(Random& random, int attempt);
    void told(const point::Point& point);
    void judge(Individual& individual) const;
    void selectSurvivors();
    const Individual& tournament(Random& random) const;
    Proposal proposal(point::Encoding encoding, point::Move move) const;
    point::Encoding crossover(Random& random, const point::Encoding& a, const point::Encoding& b) const;
    void mutate(Random& random, point::Encoding& encoding, double expected) const;

    std::size_t population_;
    double crossoverRate_;
    double mutations_; // expected, in a child
    std::uint64_t seed_;
    std::uint8_t number_;
    Rules rules_;
    ProposalPool pool_;
    std::uint64_t generation_ = 0;
    std::vector<Individual> individuals_; // survivors first, then what was told since
    std::size_t survivors_ = 0;
    std::vector<Proposal> repaired_; // proposed first, last one first
};

} // namespace tandem::search
