// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/makers/prices/nonnegative_least_squares.h"

#include <Eigen/Dense>

namespace tandem::fit {

std::vector<double> nonnegativeLeastSquares(const std::vector<std::vector<double>>& rows,
                                            const std::vector<double>& values,
                                            const std::vector<double>& expected,
                                            const std::vector<double>& trust) {
    constexpr int kSweeps = 20000;
    const auto unknowns = static_cast<Eigen::Index>(expected.size());
    Eigen::MatrixXd matrix(static_cast<Eigen::Index>(rows.size()), unknowns);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        matrix.row(static_cast<Eigen::Index>(r)) =
            Eigen::Map<const Eigen::RowVectorXd>(rows[r].data(), unknowns);
    }
    const Eigen::VectorXd scale =
        matrix.colwise().norm().transpose().unaryExpr([](double norm) { return norm > 0 ? norm : 1.0; });
    matrix = matrix * scale.cwiseInverse().asDiagonal();
    const Eigen::VectorXd prior =
        Eigen::Map<const Eigen::VectorXd>(expected.data(), unknowns).cwiseProduct(scale);
    Eigen::MatrixXd normal = matrix.transpose() * matrix;
    const Eigen::VectorXd held = Eigen::Map<const Eigen::VectorXd>(trust.data(), unknowns);
    normal.diagonal() += held;
    const Eigen::VectorXd target =
        matrix.transpose() * Eigen::Map<const Eigen::VectorXd>(values.data(), matrix.rows()) +
        held.cwiseProduct(prior);
    Eigen::VectorXd x = prior;
    Eigen::VectorXd gradient = normal * x - target;
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
        for (Eigen::Index i = 0; i < unknowns; ++i) {
            const double next = std::max(0.0, x(i) - gradient(i) / normal(i, i));
            gradient += (next - x(i)) * normal.col(i);
            x(i) = next;
        }
    }
    x = x.cwiseQuotient(scale);
    return {x.begin(), x.end()};
}

} // namespace tandem::fit
