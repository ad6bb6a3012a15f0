// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/judge/accuracy/gaussian_process.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace tandem::judge {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The covariance written out for two samples.
double covarianceOf(const Covariance& covariance, const VectorXd& a, const VectorXd& b) {
    double square = 0.0, product = 0.0;
    for (Eigen::Index d = 0; d < a.size(); ++d) {
        square += std::pow((a[d] - b[d]) / covariance.lengths[d], 2.0);
        product += a[d] * b[d];
    }
    const double r = std::sqrt(5.0 * square);
    return std::pow(covariance.amplitude, 2.0) * (1.0 + r + r * r / 3.0) * std::exp(-r) +
           std::pow(covariance.slope, 2.0) * product + std::pow(covariance.offset, 2.0);
}

Covariance someCovariance() {
    return {VectorXd{{0.5, 2.0}}, 1.2, 0.4, 0.8, 0.3};
}

TEST(GaussianProcess, PredictsFromTwoSamplesAsByHand) {
    const Covariance c = someCovariance();
    const VectorXd a{{0.0, 1.0}}, b{{0.6, 0.2}}, at{{0.3, 0.9}};
    MatrixXd x(2, 2);
    x << a.transpose(), b.transpose();
    const GaussianProcess process(c, x, VectorXd{{0.7, -0.4}});

    const double aa = covarianceOf(c, a, a) + 0.09, bb = covarianceOf(c, b, b) + 0.09,
                 ab = covarianceOf(c, a, b);
    const double ta = covarianceOf(c, at, a), tb = covarianceOf(c, at, b);
    const double determinant = aa * bb - ab * ab; // the inverse is (bb, -ab; -ab, aa) over it
    const Normal said = process.predict(at);
    EXPECT_NEAR(said.mean, (ta * (bb * 0.7 + ab * 0.4) + tb * (-ab * 0.7 - aa * 0.4)) / determinant, 1e-12);
    const double explained = (ta * ta * bb - 2.0 * ta * tb * ab + tb * tb * aa) / determinant;
    EXPECT_NEAR(said.deviation, std::sqrt(covarianceOf(c, at, at) - explained + 0.09), 1e-12);
    const double quadratic = (0.49 * bb + 2.0 * 0.28 * ab + 0.16 * aa) / determinant;
    EXPECT_NEAR(process.logLikelihood(),
                -0.5 * (quadratic + std::log(determinant) + 2.0 * std::log(2.0 * std::numbers::pi)), 1e-12);
}

TEST(GaussianProcess, LeavesOneOutAsIfItHadNeverBeenGiven) {
    Random random(3);
    MatrixXd x(9, 2);
    VectorXd y(9);
    for (Eigen::Index i = 0; i < 9; ++i) {
        x.row(i) << random.uniform(), random.uniform();
        y[i] = random.normal();
    }
    const GaussianProcess all(someCovariance(), x, y);
    const GaussianProcess withoutLast(someCovariance(), x.topRows(8), y.head(8));
    const Normal expected = withoutLast.predict(x.row(8).transpose());
    EXPECT_NEAR(all.leftOut(8).mean, expected.mean, 1e-9);
    EXPECT_NEAR(all.leftOut(8).deviation, expected.deviation, 1e-9);
}

TEST(Covariance, FindsOutWhichDimensionMatters) {
    Random random(5);
    MatrixXd x(80, 3);
    VectorXd y(80);
    for (Eigen::Index i = 0; i < 80; ++i) {
        x.row(i) << random.uniform(), random.uniform(), random.uniform();
        y[i] = 1.4 * std::sin(6.0 * x(i, 1)) + 0.05 * random.normal();
    }
    const Covariance fitted = Covariance::fitted(x, y, 0.0, 1);
    EXPECT_LT(3.0 * fitted.lengths[1], fitted.lengths[0]);
    EXPECT_LT(3.0 * fitted.lengths[1], fitted.lengths[2]);
    EXPECT_NEAR(fitted.noise, 0.05, 0.025);
    // More likely than any neighbour by much, priors or not.
    const double best = GaussianProcess(fitted, x, y).logLikelihood();
    for (const double factor : {0.4, 2.5}) {
        Covariance other = fitted;
        other.lengths[1] *= factor;
        EXPECT_LT(GaussianProcess(other, x, y).logLikelihood(), best);
        other = fitted;
        other.noise *= factor;
        EXPECT_LT(GaussianProcess(other, x, y).logLikelihood(), best);
    }
}

} // namespace
} // namespace tandem::judge
