// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/accuracy_predictor.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/judge/accuracy/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace tandem::judge {

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

/// The members, and what makes percent of what they say.
class AccuracyPredictor::Ensemble {
  public:
    Ensemble(EncodingFeatures features, std::span<const Evaluation> evaluations)
        : features_(std::move(features)), count_(evaluations.size()) {
        check(evaluations);
        prepare(evaluations);
    }

    /// Covariances that fit these evaluations.
    void fit(std::uint64_t seed, int threads);
    void takeCovariances(const Ensemble& other);
    void condition(std::span<const Evaluation> evaluations, int threads);

    const EncodingFeatures& features() const { return features_; }
    std::size_t count() const { return count_; }
    double calibration() const { return calibration_; }
    Normal predict(const point::Encoding& encoding) const;
    Normal leftOut(std::size_t i) const;

  private:
    void prepare(std::span<const Evaluation> evaluations);
    VectorXd sampleOf(const point::Encoding& encoding) const;
    Normal combined(std::span<const Normal> members) const;
    void calibrate(std::span<const Evaluation> evaluations);

    EncodingFeatures features_;
    std::size_t count_ = 0;
    double mean_ = 0.0, scale_ = 1.0; // of the logarithms of the errors
    double calibration_ = 1.0;
    MatrixXd x_; // evaluations as the members see them
    VectorXd y_;
    std::vector<Covariance> covariances_;
    std::vector<GaussianProcess> members_;
};

void AccuracyPredictor::Ensemble::fit(std::uint64_t seed, int threads) {
    covariances_.resize(kMembers);
    parallelFor(kMembers, threads, [&](std::size_t member, int) {
        Random random = Random::stream(seed, member);
        const std::vector<Index> rows = drawnRows(x_.rows(), random);
        covariances_[member] = Covariance::fitted(x_(rows, Eigen::all), y_(rows), kSpread, random.next());
    });
}

void AccuracyPredictor::Ensemble::takeCovariances(const Ensemble& other) {
    covariances_ = other.covariances_;
}

void AccuracyPredictor::Ensemble::condition(std::span<const Evaluation> evaluations, int threads) {
    std::vector<std::optional<GaussianProcess>> built(covariances_.size());
    parallelFor(built.size(), threads,
                [&](std::size_t member, int) { built[member].emplace(covariances_[member], x_, y_); });
    for (std::optional<GaussianProcess>& member : built) {
        members_.push_back(std::move(*member));
    }
    calibrate(evaluations);
}

void AccuracyPredictor::Ensemble::prepare(std::span<const Evaluation> evaluations) {
    y_.resize(static_cast<Index>(count_));
    for (std::size_t i = 0; i < count_; ++i) {
        y_[static_cast<Index>(i)] = logError(evaluations[i].accuracy);
    }
    mean_ = y_.mean();
    const double variance = (y_.array() - mean_).square().mean();
    scale_ = variance > 0.0 ? std::sqrt(variance) : 1.0;
    y_ = (y_.array() - mean_) / scale_;
    x_.resize(y_.size(), static_cast<Index>(features_.count() + (features_.prior() ? 1 : 0)));
    for (std::size_t i = 0; i < count_; ++i) {
        x_.row(static_cast<Index>(i)) = sampleOf(evaluations[i].encoding);
    }
}

VectorXd AccuracyPredictor::Ensemble::sampleOf(const point::Encoding& encoding) const {
    const std::vector<double> choices = features_.of(encoding);
    VectorXd sample(static_cast<Index>(choices.size() + (features_.prior() ? 1 : 0)));
    std::ranges::copy(choices, sample.begin());
    if (features_.prior()) {
        sample[sample.size() - 1] = (logError(features_.prior()(encoding)) - mean_) / scale_;
    }
    return sample;
}

/// Mean and deviation of the mixture, in percent.
Normal AccuracyPredictor::Ensemble::combined(std::span<const Normal> members) const {
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

Normal AccuracyPredictor::Ensemble::predict(const point::Encoding& encoding) const {
    const VectorXd sample = sampleOf(encoding);
    std::vector<Normal> said;
    for (const GaussianProcess& member : members_) {
        said.push_back(member.predict(sample));
    }
    return combined(said);
}

Normal AccuracyPredictor::Ensemble::leftOut(std::size_t i) const {
    std::vector<Normal> said;
    for (const GaussianProcess& member : members_) {
        said.push_back(member.leftOut(static_cast<Index>(i)));
    }
    return combined(said);
}

void AccuracyPredictor::Ensemble::calibrate(std::span<const Evaluation> evaluations) {
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

AccuracyPredictor::AccuracyPredictor(EncodingFeatures features, std::span<const Evaluation> evaluations,
                                     std::uint64_t seed, int threads) {
    auto ensemble = std::make_shared<Ensemble>(std::move(features), evaluations);
    ensemble->fit(seed, threads);
    ensemble->condition(evaluations, threads);
    ensemble_ = std::move(ensemble);
}

AccuracyPredictor::AccuracyPredictor(std::shared_ptr<const Ensemble> ensemble)
    : ensemble_(std::move(ensemble)) {}

AccuracyPredictor AccuracyPredictor::refreshed(std::span<const Evaluation> evaluations, int threads) const {
    auto next = std::make_shared<Ensemble>(ensemble_->features(), evaluations);
    next->takeCovariances(*ensemble_);
    next->condition(evaluations, threads);
    return AccuracyPredictor(std::move(next));
}

Normal AccuracyPredictor::predict(const point::Encoding& encoding) const {
    return ensemble_->predict(encoding);
}

Normal AccuracyPredictor::leftOut(std::size_t i) const {
    return ensemble_->leftOut(i);
}

std::size_t AccuracyPredictor::evaluationCount() const {
    return ensemble_->count();
}

double AccuracyPredictor::calibration() const {
    return ensemble_->calibration();
}

} // namespace tandem::judge
