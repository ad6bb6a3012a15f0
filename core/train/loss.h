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

/// Those targets, [N,K]. Throws Error (Input) where a label is no class.
void fillTargets(std::span<const int> labels, double smoothing, std::span<float> targets);

/// Cross entropy of softmax(scores) against `targets`, both [N,K], summed over the samples. Adds `weight`
/// times its gradient by the scores to `gradient`.
double addCrossEntropy(std::span<const float> scores, std::span<const float> targets, std::size_t classes,
                       double weight, std::span<float> gradient);

/// Knowledge distillation (Hinton, Vinyals and Dean 2015): temperature^2 times the Kullback-Leibler
/// divergence of softmax(scores / temperature) from softmax(teacher / temperature), both [N,K], summed over
/// the samples. Adds `weight` times its gradient by the scores to `gradient`.
double addDistillation(std::span<const float> scores, std::span<const float> teacher, std::size_t classes,
                       double temperature, double weight, std::span<float> gradient);

/// Samples whose label has the highest score of its row [K].
int countCorrect(std::span<const float> scores, std::span<const int> labels);

} // namespace tandem::train
