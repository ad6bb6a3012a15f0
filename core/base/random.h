// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace tandem {

/// A small reproducible random source: the same seed gives the same numbers on every machine and standard
/// library (std distributions do not promise that). Generator: xoshiro256**, Blackman and Vigna 2018, seeded
/// by splitmix64.
class Random {
  public:
    explicit Random(std::uint64_t seed);

    /// 64 uniform bits.
    std::uint64_t next();
    /// Uniform in [0, bound); bound > 0. Unbiased (Lemire 2019).
    std::uint64_t below(std::uint64_t bound);
    /// Uniform in [0, 1).
    double uniform();
    /// Standard normal (Marsaglia polar method).
    double normal();
    /// An independent stream: the same (seed, stream) always gives the same numbers.
    static Random stream(std::uint64_t seed, std::uint64_t stream);

  private:
    std::uint64_t state_[4];
    double spareNormal_ = 0.0;
    bool hasSpareNormal_ = false;
};

} // namespace tandem
