// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tandem::quant {

/// The power of an error over inputs, and whether enough of them were looked at.
class NoiseTally {
  public:
    /// A noise is measured until its 90 % interval reaches this share of it to either side: 1.5 to 2 dB,
    /// while the sum of many noises is 3 or 4 dB off the truth.
    static constexpr double kInterval = 0.4;
    static constexpr std::size_t kFewestInputs = 8;

    /// One input's error power, and the power of what it is an error of.
    void add(double noise, double signal) {
        noise_ += noise;
        signal_ += signal;
        noiseSquares_ += noise * noise;
        signalSquares_ += signal * signal;
        products_ += noise * signal;
        ++inputs_;
    }

    /// Whether relative() is known within the interval: by the spread of noise - relative() * signal over the
    /// inputs, as a ratio of sums has it (Cochran, Sampling Techniques, 1977, section 6.4).
    bool isSettled() const {
        constexpr double kDeviations = 1.645; // of a normal distribution, 90 % within
        if (inputs_ < kFewestInputs) {
            return false;
        }
        const double count = static_cast<double>(inputs_), ratio = relative();
        const double squares = noiseSquares_ - 2.0 * ratio * products_ + ratio * ratio * signalSquares_;
        const double error = std::sqrt(std::max(0.0, squares) * count / (count - 1.0)); // of the noise's sum
        return kDeviations * error <= kInterval * noise_;
    }

    std::size_t inputs() const { return inputs_; }
    /// Error power over signal power; as measureAgreement() has it where there is no signal.
    double relative() const { return signal_ > 0.0 ? noise_ / signal_ : (noise_ > 0.0 ? 1.0 : 0.0); }

  private:
    double noise_ = 0.0, signal_ = 0.0, noiseSquares_ = 0.0, signalSquares_ = 0.0, products_ = 0.0;
    std::size_t inputs_ = 0;
};

} // namespace tandem::quant
