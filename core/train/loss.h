// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/tensor.h"

#include <span>

namespace tandem::train {

/// What a batch of class scores costs.
struct Loss {
    double sum = 0.0;    ///< over the samples
    int correct = 0;     ///< samples whose label has the highest score
    nn::Tensor gradient; ///< of `sum` by the scores
};

/// Cross entropy of softmax(scores) [N,K] against the labels. With smoothing e the target is 1-e on the label
/// plus e/K on every class (Szegedy et al. 2016).
Loss softmaxCrossEntropy(const nn::Tensor& scores, std::span<const int> labels, double smoothing = 0.0);

} // namespace tandem::train
