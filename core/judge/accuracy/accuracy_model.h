// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/judge/accuracy/monotone_curve.h"
#include "core/judge/accuracy/noise_tables.h"
#include "core/quant/quantize/agreement.h"

#include <array>
#include <span>

namespace tandem::judge {

/// A point whose integer network was run.
struct MeasuredSample {
    Noise noise{};
    double agreement = 0.0; ///< percent
    double accuracy = 0.0;  ///< percent; without meaning where there are no labels
};

/// Percentages that a model expects, each with its standard deviation in percentage points.
struct AccuracyPrediction {
    double agreement = 0.0, agreementDeviation = 0.0;
    double accuracy = 0.0, accuracyDeviation = 0.0;
};

/// Predicts agreement (and accuracy) from noise: the noises of all choices are added, each kind with a weight
/// that fits the measured samples best, and falling curves lead from the sum's logarithm to percent. The
/// samples' distance from the curves is the deviation.
class AccuracyModel {
  public:
    AccuracyModel() = default;
    /// `importedAccuracy` is the imported network's, percent; NaN without labels.
    AccuracyModel(std::span<const MeasuredSample> samples, double importedAccuracy);

    AccuracyPrediction predict(const Noise& noise) const;
    /// What each kind's noise is multiplied by before it is added.
    const std::array<double, kNoiseKinds>& weights() const { return weights_; }

  private:
    double place(const Noise& noise) const;
    MonotoneCurve curve(std::span<const MeasuredSample> samples, double MeasuredSample::*percent,
                        double top) const;

    std::array<double, kNoiseKinds> weights_{1.0, 1.0, 1.0, 1.0, 1.0};
    MonotoneCurve agreement_, accuracy_;
    bool hasAccuracy_ = false;
    double inflation_ = 1.0; ///< of the deviations, for the degrees of freedom that the fit took
};

} // namespace tandem::judge
