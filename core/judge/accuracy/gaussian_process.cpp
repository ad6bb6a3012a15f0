// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/gaussian_process.h"

#include "core/base/random.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tandem::judge {

namespace {

using Eigen::ArrayXXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

const double kRoot5 = std::sqrt(5.0);
/// Keeps the matrix well conditioned.
constexpr double kLeastNoise = 1e-3;
constexpr int kSteps = 60;

/// Squared distances between the rows of a and b in units of the lengths.
ArrayXXd squaredDistances(const MatrixXd& a, const MatrixXd& b, const VectorXd& lengths) {
    const MatrixXd scaledA = a * lengths.cwiseInverse().asDiagonal();
    const MatrixXd scaledB = b * lengths.cwiseInverse().asDiagonal();
    MatrixXd squares = -2.0 * scaledA * scaledB.transpose();
    squares.colwise() += scaledA.rowwise().squaredNorm();
    squares.rowwise() += scaledB.rowwise().squaredNorm().transpose();
    return squares.array().max(0.0);
}

/// The logarithms that are fitted: the lengths', then amplitude's, slope's and noise's.
Covariance covarianceOf(const VectorXd& logarithms) {
    const Index dimensions = logarithms.size() - 3;
    Covariance covariance;
    covariance.lengths = logarithms.head(dimensions).array().exp();
    covariance.amplitude = std::exp(logarithms[dimensions]);
    covariance.slope = std::exp(logarithms[dimensions + 1]);
    covariance.noise = kLeastNoise + std::exp(logarithms[dimensions + 2]);
    return covariance;
}

/// Normal priors of those logarithms.
struct Priors {
    explicit Priors(Index dimensions) : means(dimensions + 3), deviations(dimensions + 3) {
        means.setConstant(std::numbers::sqrt2 +
                          0.5 * std::log(static_cast<double>(std::max<Index>(1, dimensions))));
        deviations.setConstant(std::numbers::sqrt3);
        means.tail(3) << 0.0, std::log(0.3), std::log(0.1);
        deviations.tail(3) << 1.0, 1.0, 1.5;
    }
    VectorXd means, deviations;
};

/// Gradient of the logarithm of likelihood times priors by the logarithms.
VectorXd gradientAt(const VectorXd& logarithms, const Priors& priors, const MatrixXd& x, const VectorXd& y) {
    const Index dimensions = x.cols();
    const Covariance covariance = covarianceOf(logarithms);
    const ArrayXXd squares = squaredDistances(x, x, covariance.lengths);
    const ArrayXXd distances = kRoot5 * squares.sqrt();
    const ArrayXXd decay = covariance.amplitude * covariance.amplitude * (-distances).exp();
    const ArrayXXd matern = (1.0 + distances + 5.0 / 3.0 * squares) * decay;
    const MatrixXd linear = covariance.slope * covariance.slope * x * x.transpose();
    MatrixXd all = matern.matrix() + linear;
    all.array() += covariance.offset * covariance.offset;
    all.diagonal().array() += covariance.noise * covariance.noise;
    const Eigen::LLT<MatrixXd> factor(all);
    const VectorXd weights = factor.solve(y);
    const MatrixXd inverse = factor.solve(MatrixXd::Identity(x.rows(), x.rows()));
    // The derivative of the likelihood by a number t is half the trace of `trace` times dK / dt.
    const MatrixXd trace = weights * weights.transpose() - inverse;

    const MatrixXd byLength = trace.array() * (5.0 / 3.0) * (1.0 + distances) * decay;
    const VectorXd sums = byLength.rowwise().sum();
    const MatrixXd product = byLength * x;
    VectorXd gradient(logarithms.size());
    for (Index d = 0; d < dimensions; ++d) {
        const double weighted = x.col(d).cwiseAbs2().dot(sums) - x.col(d).dot(product.col(d));
        gradient[d] = weighted / (covariance.lengths[d] * covariance.lengths[d]);
    }
    gradient[dimensions] = (trace.array() * matern).sum();
    gradient[dimensions + 1] = (trace.array() * linear.array()).sum();
    gradient[dimensions + 2] = trace.trace() * covariance.noise * (covariance.noise - kLeastNoise);
    return gradient - ((logarithms - priors.means).array() / priors.deviations.array().square()).matrix();
}

} // namespace

MatrixXd Covariance::between(const MatrixXd& a, const MatrixXd& b) const {
    const ArrayXXd squares = squaredDistances(a, b, lengths);
    const ArrayXXd distances = kRoot5 * squares.sqrt();
    const ArrayXXd matern = (1.0 + distances + 5.0 / 3.0 * squares) * (-distances).exp();
    MatrixXd result = (amplitude * amplitude * matern).matrix() + slope * slope * a * b.transpose();
    result.array() += offset * offset;
    return result;
}

double Covariance::ofSample(const VectorXd& sample) const {
    return amplitude * amplitude + slope * slope * sample.squaredNorm() + offset * offset;
}

Covariance Covariance::fitted(const MatrixXd& x, const VectorXd& y, double spread, std::uint64_t seed) {
    const Priors priors(x.cols());
    Random random(seed);
    VectorXd logarithms = priors.means;
    for (double& logarithm : logarithms) {
        logarithm += spread * random.normal();
    }
    VectorXd steps = VectorXd::Constant(logarithms.size(), 0.2);
    VectorXd before = VectorXd::Zero(logarithms.size());
    for (int step = 0; step < kSteps; ++step) {
        VectorXd gradient = gradientAt(logarithms, priors, x, y);
        for (Index i = 0; i < gradient.size(); ++i) {
            const double turn = gradient[i] * before[i];
            steps[i] = std::clamp(steps[i] * (turn > 0.0 ? 1.2 : turn < 0.0 ? 0.5 : 1.0), 1e-4, 0.5);
            if (turn < 0.0) {
                gradient[i] = 0.0;
            }
            logarithms[i] += gradient[i] > 0.0 ? steps[i] : gradient[i] < 0.0 ? -steps[i] : 0.0;
        }
        before = gradient;
    }
    return covarianceOf(logarithms);
}

GaussianProcess::GaussianProcess(Covariance covariance, MatrixXd x, const VectorXd& y)
    : covariance_(std::move(covariance)), x_(std::move(x)), y_(y) {
    MatrixXd all = covariance_.between(x_, x_);
    all.diagonal().array() += covariance_.noise * covariance_.noise;
    const Eigen::LLT<MatrixXd> factor(all);
    weights_ = factor.solve(y_);
    inverse_ = factor.solve(MatrixXd::Identity(x_.rows(), x_.rows()));
    const double logDeterminant = 2.0 * factor.matrixLLT().diagonal().array().log().sum();
    logLikelihood_ = -0.5 * (y_.dot(weights_) + logDeterminant +
                             static_cast<double>(y_.size()) * std::log(2.0 * std::numbers::pi));
}

Normal GaussianProcess::predict(const VectorXd& sample) const {
    const VectorXd toSamples = covariance_.between(x_, sample.transpose());
    const double variance = covariance_.ofSample(sample) - toSamples.dot(inverse_ * toSamples);
    return {toSamples.dot(weights_),
            std::sqrt(std::max(0.0, variance) + covariance_.noise * covariance_.noise)};
}

Normal GaussianProcess::leftOut(Index i) const {
    return {y_[i] - weights_[i] / inverse_(i, i), std::sqrt(1.0 / inverse_(i, i))};
}

} // namespace tandem::judge
