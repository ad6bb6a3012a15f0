// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tandem::quant {

/// The power of an error over inputs, and whether enough of them were looked at.
class NoiseTally {
  public:
    /// A noise is measured until its 90 % interval reaches this share of it to either side: 1 dB, while the
    /// sum of many noises is 3 or 4 dB off the truth.
    static constexpr double kInterval = 0.25;
    static constexpr std::size_t kFewestInputs = 8;

    /// One input's error power, and the power of what it is an error of.
    void add(double noise, double signal) {
        noise_ += noise;
        squares_ += noise * noise;
        signal_ += signal;
        ++inputs_;
    }

    bool isSettled() const {
        constexpr double kDeviations = 1.645; // of a normal distribution, 90 % within
        const double count = static_cast<double>(inputs_), mean = noise_ / count;
        const double variance = std::max(0.0, squares_ / count - mean * mean);
        return inputs_ >= kFewestInputs &&
               kDeviations * std::sqrt(variance / (count - 1.0)) <= kInterval * mean;
    }

    std::size_t inputs() const { return inputs_; }
    /// Error power over signal power; as measureAgreement() has it where there is no signal.
    double relative() const { return signal_ > 0.0 ? noise_ / signal_ : (noise_ > 0.0 ? 1.0 : 0.0); }

  private:
    double noise_ = 0.0, squares_ = 0.0, signal_ = 0.0;
    std::size_t inputs_ = 0;
};

} // namespace tandem::quant
