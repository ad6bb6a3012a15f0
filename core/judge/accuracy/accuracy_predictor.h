// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/judge/accuracy/encoding_features.h"
#include "core/judge/accuracy/normal.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace tandem::judge {

/// A point whose accuracy is known.
struct Evaluation {
    point::Encoding encoding;
    double accuracy = 0.0; ///< percent
};

/// Predicts the accuracy that an evaluation of a point would give. An ensemble of Gaussian processes over the
/// encoding; each member takes the covariance that fits its own random four fifths of the evaluations and is
/// conditioned on all of them. They work on the logarithm of the error, where what layers cost adds up. The
/// standard deviation is scaled so that the interval of 90 % holds for 90 % of the evaluations when each is
/// predicted from the others (the jackknife of conformal prediction; Barber, Candes, Ramdas, Tibshirani
/// 2021). Immutable; the same evaluations and seed give the same predictor, on any number of threads.
class AccuracyPredictor {
  public:
    /// Fewer evaluations say nothing.
    static constexpr std::size_t kLeastEvaluations = 8;

    /// Throws Error (Input) with fewer than kLeastEvaluations, or an accuracy that is no percentage.
    AccuracyPredictor(EncodingFeatures features, std::span<const Evaluation> evaluations, std::uint64_t seed,
                      int threads = 0);

    /// The same with other evaluations and the covariances as they are: a fraction of the time. What they say
    /// hardly changes with a few evaluations more.
    AccuracyPredictor refreshed(std::span<const Evaluation> evaluations, int threads = 0) const;

    /// Percent; from any thread.
    Normal predict(const point::Encoding& encoding) const;
    /// What predict() would say of evaluation i had it not been given.
    Normal leftOut(std::size_t i) const;
    std::size_t evaluationCount() const;
    /// What the members' standard deviation is multiplied by.
    double calibration() const;

  private:
    class Ensemble;
    explicit AccuracyPredictor(std::shared_ptr<const Ensemble> ensemble);

    std::shared_ptr<const Ensemble> ensemble_;
};

} // namespace tandem::judge
