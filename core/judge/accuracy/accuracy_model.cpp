// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/accuracy_model.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tandem::judge {

namespace {

/// Noise that changes nothing: there the curves reach the imported network's own figure.
constexpr double kNoNoise = 1e-8;
/// What a kind's noise may be multiplied by.
constexpr std::array<double, 9> kWeightSteps{0.125, 0.25, 0.5, 0.707, 1.0, 1.414, 2.0, 4.0, 8.0};
constexpr int kPasses = 3;

} // namespace

AccuracyModel::AccuracyModel(std::span<const MeasuredSample> samples, double importedAccuracy)
    : hasAccuracy_(!std::isnan(importedAccuracy)) {
    // One kind after the other takes the weight that leaves the smallest error (coordinate descent).
    const auto error = [&] { return curve(samples, &MeasuredSample::agreement, 100.0).meanSquareError(); };
    double best = error();
    for (int pass = 0; pass < kPasses; ++pass) {
        for (double& weight : weights_) {
            const double before = weight;
            double chosen = before;
            for (const double step : kWeightSteps) {
                weight = step;
                const double candidate = error();
                if (candidate < best) {
                    best = candidate;
                    chosen = step;
                }
            }
            weight = chosen;
        }
    }
    agreement_ = curve(samples, &MeasuredSample::agreement, 100.0);
    if (hasAccuracy_) {
        accuracy_ = curve(samples, &MeasuredSample::accuracy, importedAccuracy);
    }
    const double count = static_cast<double>(samples.size());
    inflation_ = std::sqrt(count / std::max(1.0, count - static_cast<double>(kNoiseKinds)));
}

double AccuracyModel::place(const Noise& noise) const {
    double sum = kNoNoise;
    for (std::size_t i = 0; i < kNoiseKinds; ++i) {
        sum += weights_[i] * noise[i];
    }
    return std::log10(sum);
}

MonotoneCurve AccuracyModel::curve(std::span<const MeasuredSample> samples, double MeasuredSample::*percent,
                                   double top) const {
    std::vector<double> places{std::log10(kNoNoise)}, values{top};
    for (const MeasuredSample& sample : samples) {
        places.push_back(place(sample.noise));
        values.push_back(sample.*percent);
    }
    return {places, values};
}

AccuracyPrediction AccuracyModel::predict(const Noise& noise) const {
    const double where = place(noise);
    AccuracyPrediction prediction;
    prediction.agreement = agreement_.value(where);
    prediction.agreementDeviation = inflation_ * agreement_.deviation(where);
    if (hasAccuracy_) {
        prediction.accuracy = accuracy_.value(where);
        prediction.accuracyDeviation = inflation_ * accuracy_.deviation(where);
    }
    return prediction;
}

} // namespace tandem::judge
