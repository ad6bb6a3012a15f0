// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/proposal_pool.h"

namespace tandem::search {

/// Uniform in the ranges, without repeats: the base line that every other algorithm has to beat.
class RandomSearch final : public Algorithm {
  public:
    explicit RandomSearch(const Setting& setting);

    void steer(const Rules& rules) override { pool_.setRanges(rules.ranges); }
    std::size_t decided() const override { return pool_.waiting(); }
    std::vector<Proposal> ask(std::size_t count) override;
    void tell(std::span<const point::Point> points) override;
    std::string save() const override;
    void load(std::string_view state, const KnownPoints& known) override;

  private:
    std::uint64_t seed_;
    std::uint8_t number_;
    std::uint64_t draws_ = 0; // so many times proposals were decided on
    ProposalPool pool_;
};

} // namespace tandem::search
