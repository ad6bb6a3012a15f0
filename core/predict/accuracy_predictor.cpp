// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/predict/accuracy_predictor.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace tandem::predict {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kMembers = 5;
constexpr double kSpread = 0.5; // of the members' starts
constexpr double kShare = 0.8;  // of the evaluations that a member's covariance is fitted to
/// Percentage points: differences of error that are smaller than this do not count as ratios.
constexpr double kLeastError = 0.5;
/// A deviation shrinks no further, however well the evaluations were met.
constexpr double kLeastCalibration = 0.25;
constexpr double kNominal = 0.9, kNominalReach = 1.6448536269514722; // of the normal distribution

double logError(double accuracy) {
    return std::log(100.0 - accuracy + kLeastError);
}

/// Mean and deviation in percent of an accuracy whose logError() is normal.
Normal accuracyOf(const Normal& logarithm) {
    const double variance = logarithm.deviation * logarithm.deviation;
    const double error = std::exp(logarithm.mean + 0.5 * variance);
    return {100.0 + kLeastError - error, error * std::sqrt(std::expm1(variance))};
}

void check(std::span<const Evaluation> evaluations) {
    if (evaluations.size() < AccuracyPredictor::kLeastEvaluations) {
        throw inputError("{} evaluations are too few to predict accuracy from; it takes {}",
                         evaluations.size(), AccuracyPredictor::kLeastEvaluations);
    }
    for (const Evaluation& evaluation : evaluations) {
        if (!(evaluation.accuracy >= 0.0 && evaluation.accuracy <= 100.0)) {
            throw inputError("an evaluation gave an accuracy of {}; expected 0 to 100 percent",
                             evaluation.accuracy);
        }
    }
}

/// A random part of the rows.
std::vector<Index> drawnRows(Index rows, Random& random) {
    std::vector<Index> order(static_cast<std::size_t>(rows));
    std::iota(order.begin(), order.end(), Index{0});
    const auto most = static_cast<std::size_t>(std::ceil(kShare * static_cast<double>(rows)));
    for (std::size_t i = 0; i < most; ++i) {
        std::swap(order[i], order[i + random.below(order.size() - i)]);
    }
    order.resize(most);
    return order;
}

} // namespace

/// Evaluations as the members see them.
struct AccuracyPredictor::Samples {
    MatrixXd x;
    VectorXd y;
};

AccuracyPredictor::AccuracyPredictor(EncodingFeatures features, std::span<const Evaluation> evaluations,
                                     std::uint64_t seed, int threads)
    : features_(std::move(features)), count_(evaluations.size()) {
    const Samples samples = samplesOf(evaluations);
    std::vector<Covariance> covariances(kMembers);
    parallelFor(kMembers, threads, [&](std::size_t member, int) {
        Random random = Random::stream(seed, member);
        const std::vector<Index> rows = drawnRows(samples.x.rows(), random);
        covariances[member] =
            Covariance::fitted(samples.x(rows, Eigen::all), samples.y(rows), kSpread, random.next());
    });
    condition(covariances, samples, threads);
    calibrate(evaluations);
}

AccuracyPredictor::AccuracyPredictor(EncodingFeatures features) : features_(std::move(features)) {}

AccuracyPredictor AccuracyPredictor::refreshed(std::span<const Evaluation> evaluations, int threads) const {
    AccuracyPredictor next(features_);
    next.count_ = evaluations.size();
    std::vector<Covariance> covariances;
    for (const GaussianProcess& member : members_) {
        covariances.push_back(member.covariance());
    }
    next.condition(covariances, next.samplesOf(evaluations), threads);
    next.calibrate(evaluations);
    return next;
}

AccuracyPredictor::Samples AccuracyPredictor::samplesOf(std::span<const Evaluation> evaluations) {
    check(evaluations);
    Samples samples;
    samples.y.resize(static_cast<Index>(count_));
    for (std::size_t i = 0; i < count_; ++i) {
        samples.y[static_cast<Index>(i)] = logError(evaluations[i].accuracy);
    }
    mean_ = samples.y.mean();
    const double variance = (samples.y.array() - mean_).square().mean();
    scale_ = variance > 0.0 ? std::sqrt(variance) : 1.0;
    samples.y = (samples.y.array() - mean_) / scale_;
    samples.x.resize(samples.y.size(), static_cast<Index>(features_.count() + (features_.prior() ? 1 : 0)));
    for (std::size_t i = 0; i < count_; ++i) {
        samples.x.row(static_cast<Index>(i)) = sampleOf(evaluations[i].encoding);
    }
    return samples;
}

VectorXd AccuracyPredictor::sampleOf(const space::Encoding& encoding) const {
    const std::vector<double> choices = features_.of(encoding);
    VectorXd sample(static_cast<Index>(choices.size() + (features_.prior() ? 1 : 0)));
    std::ranges::copy(choices, sample.begin());
    if (features_.prior()) {
        sample[sample.size() - 1] = (logError(features_.prior()(encoding)) - mean_) / scale_;
    }
    return sample;
}

void AccuracyPredictor::condition(std::span<const Covariance> covariances, const Samples& samples,
                                  int threads) {
    std::vector<std::optional<GaussianProcess>> built(covariances.size());
    parallelFor(built.size(), threads, [&](std::size_t member, int) {
        built[member].emplace(covariances[member], samples.x, samples.y);
    });
    for (std::optional<GaussianProcess>& member : built) {
        members_.push_back(std::move(*member));
    }
}

/// Mean and deviation of the mixture, in percent.
Normal AccuracyPredictor::combined(std::span<const Normal> members) const {
    const double count = static_cast<double>(members.size());
    double mean = 0.0, square = 0.0;
    for (const Normal& member : members) {
        mean += member.mean / count;
        square += (member.mean * member.mean + member.deviation * member.deviation) / count;
    }
    const double deviation = std::sqrt(std::max(0.0, square - mean * mean));
    const Normal accuracy = accuracyOf({mean_ + scale_ * mean, scale_ * deviation});
    return {std::clamp(accuracy.mean, 0.0, 100.0), calibration_ * accuracy.deviation};
}

Normal AccuracyPredictor::predict(const space::Encoding& encoding) const {
    const VectorXd sample = sampleOf(encoding);
    std::vector<Normal> said;
    for (const GaussianProcess& member : members_) {
        said.push_back(member.predict(sample));
    }
    return combined(said);
}

Normal AccuracyPredictor::leftOut(std::size_t i) const {
    std::vector<Normal> said;
    for (const GaussianProcess& member : members_) {
        said.push_back(member.leftOut(static_cast<Index>(i)));
    }
    return combined(said);
}

void AccuracyPredictor::calibrate(std::span<const Evaluation> evaluations) {
    calibration_ = 1.0;
    std::vector<double> reaches;
    for (std::size_t i = 0; i < evaluations.size(); ++i) {
        const Normal expected = leftOut(i);
        reaches.push_back(std::abs(evaluations[i].accuracy - expected.mean) / expected.deviation);
    }
    const double count = static_cast<double>(reaches.size());
    const auto rank = static_cast<std::size_t>(std::min(count, std::ceil(kNominal * (count + 1.0)))) - 1;
    std::ranges::nth_element(reaches, reaches.begin() + static_cast<std::ptrdiff_t>(rank));
    calibration_ = std::max(reaches[rank] / kNominalReach, kLeastCalibration);
}

} // namespace tandem::predict
