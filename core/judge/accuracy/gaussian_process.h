// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/judge/accuracy/normal.h"

#include <Eigen/Core>

#include <cstdint>

namespace tandem::judge {

/// What a Gaussian process of mean 0 assumes. The covariance of two inputs is
///   amplitude^2 * m(r) + slope^2 * <x, x'> + offset^2, plus noise^2 between a sample and itself,
/// m the Matern 5/2 function (1 + sqrt(5) r + 5 r^2 / 3) exp(-sqrt(5) r) of the distance r in units of each
/// dimension's length ("automatic relevance determination"; Rasmussen and Williams 2006, 4.2 and 5.1).
struct Covariance {
    Eigen::VectorXd lengths; ///< one a dimension
    double amplitude = 1.0, slope = 0.3, offset = 1.0, noise = 0.1;

    /// Between the rows of a and those of b, without noise.
    Eigen::MatrixXd between(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) const;
    /// Of a sample with itself, without noise.
    double ofSample(const Eigen::VectorXd& sample) const;

    /// The most probable one given samples (rows of x) and their values y (about standardized). Lengths have
    /// the prior that lets few of many dimensions matter (Hvarfner, Hellsten, Nardi 2024); the marginal
    /// likelihood times the priors is climbed by resilient propagation (iRprop-, Igel and Huesken 2000).
    /// `spread`, in units of the logarithms, moves the start away from the priors' modes at random.
    static Covariance fitted(const Eigen::MatrixXd& x, const Eigen::VectorXd& y, double spread,
                             std::uint64_t seed);
};

/// A Gaussian process conditioned on samples: exact, n^3 to build, n^2 for a prediction.
class GaussianProcess {
  public:
    /// x: n x d, y: n values.
    GaussianProcess(Covariance covariance, Eigen::MatrixXd x, const Eigen::VectorXd& y);

    /// Of the function at a sample, noise included: what an evaluation there would give.
    Normal predict(const Eigen::VectorXd& sample) const;
    /// What the others say about sample i, noise included (Rasmussen and Williams 2006, 5.12).
    Normal leftOut(Eigen::Index i) const;
    /// Logarithm of the density of y.
    double logLikelihood() const { return logLikelihood_; }
    const Covariance& covariance() const { return covariance_; }

  private:
    Covariance covariance_;
    Eigen::MatrixXd x_;
    Eigen::VectorXd y_, weights_; // weights_ = K^-1 y
    Eigen::MatrixXd inverse_;     // K^-1
    double logLikelihood_ = 0.0;
};

} // namespace tandem::judge
