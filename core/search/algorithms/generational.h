// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/search/algorithm.h"
#include "core/search/algorithms/visited.h"

namespace tandem::search {

/// What the algorithms share: proposals are made a generation at a time and handed out from there, so the
/// sequence does not depend on how it is asked for; nothing is proposed twice; the first proposal is the
/// imported network; a small space is searched to its last point. Generation g draws from its own random
/// stream.
class Generational : public Algorithm {
  public:
    Generational(const point::Space& space, Rules rules, std::uint64_t seed, std::size_t generationSize);

    void steer(const Rules& rules) final;
    std::vector<point::Encoding> ask(std::size_t count) final;
    void tell(std::span<const point::Point> points) final;

  protected:
    const Rules& rules() const { return rules_; }
    /// The parameters that have more than one choice left.
    const std::vector<std::size_t>& freeParameters() const { return free_; }
    point::Encoding randomEncoding(Random& random) const;
    /// The nearest encoding inside the ranges.
    point::Encoding clamped(point::Encoding encoding) const;

    /// Before a generation is proposed: take in what was told.
    virtual void prepareGeneration() {}
    /// A proposal inside the ranges. `attempt` counts up while proposals turn out to be known already, and
    /// asks for bolder ones.
    virtual point::Encoding propose(Random& random, int attempt) = 0;
    virtual void rulesChanged() {}
    virtual void told(const point::Point& point) = 0;

  private:
    void makeGeneration();
    bool isNew(const point::Encoding& encoding) const;
    bool proposeNew(Random& random, point::Encoding& encoding);
    bool nextUnvisited(point::Encoding& encoding);
    void adoptRanges();

    point::Encoding imported_;
    Rules rules_;
    std::uint64_t seed_;
    std::size_t generationSize_;
    std::uint64_t generation_ = 0;
    std::vector<std::size_t> free_;

    std::vector<point::Encoding> pending_;
    std::size_t handedOut_ = 0;
    Visited told_;
    Visited proposed_; // of this generation

    // Counting through the ranges, for spaces so small that chance stops finding new points.
    point::Encoding cursor_;
    bool exhausted_ = false;
};

} // namespace tandem::search
