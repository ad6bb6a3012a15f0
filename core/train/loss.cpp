// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/loss.h"

#include "core/base/error.h"

#include <cmath>

namespace tandem::train {

Loss softmaxCrossEntropy(const nn::Tensor& scores, std::span<const int> labels, double smoothing) {
    if (scores.shape.size() != 2 || scores.shape[0] != static_cast<std::int64_t>(labels.size())) {
        throw workError("cross entropy takes scores [{},classes], {} was given", labels.size(),
                        nn::toString(scores.shape));
    }
    const auto classes = static_cast<std::size_t>(scores.shape[1]);
    Loss loss{0.0, 0, nn::Tensor::zeros(nn::ElementType::Float32, scores.shape)};
    for (std::size_t n = 0; n < labels.size(); ++n) {
        const auto row = std::span(scores.floats()).subspan(n * classes, classes);
        const auto label = static_cast<std::size_t>(labels[n]);
        if (labels[n] < 0 || label >= classes) {
            throw inputError("a sample has label {} but the network tells {} classes apart", labels[n],
                             classes);
        }
        const auto largest = std::ranges::max_element(row);
        loss.correct += static_cast<std::size_t>(largest - row.begin()) == label ? 1 : 0;
        double total = 0.0;
        for (const float score : row) {
            total += std::exp(static_cast<double>(score - *largest));
        }
        for (std::size_t k = 0; k < classes; ++k) {
            const double logProbability = static_cast<double>(row[k] - *largest) - std::log(total);
            const double target =
                (k == label ? 1.0 - smoothing : 0.0) + smoothing / static_cast<double>(classes);
            loss.sum -= target * logProbability;
            loss.gradient.floats()[n * classes + k] = static_cast<float>(std::exp(logProbability) - target);
        }
    }
    return loss;
}

} // namespace tandem::train
