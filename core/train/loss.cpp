// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/loss.h"

#include "core/base/error.h"

#include <cmath>

namespace tandem::train {

namespace {

/// log(softmax(row / temperature)) as a function of the element, computed without overflow.
class LogSoftmax {
  public:
    LogSoftmax(std::span<const float> row, double temperature)
        : row_(row), temperature_(temperature), largest_(std::ranges::max(row)) {
        double total = 0.0;
        for (const float score : row) {
            total += std::exp(scaled(score));
        }
        logTotal_ = std::log(total);
    }

    double operator[](std::size_t k) const { return scaled(row_[k]) - logTotal_; }

  private:
    double scaled(float score) const { return static_cast<double>(score - largest_) / temperature_; }

    std::span<const float> row_;
    double temperature_;
    float largest_;
    double logTotal_ = 0.0;
};

} // namespace

Loss softmaxCrossEntropy(const nn::Tensor& scores, std::span<const int> labels, double smoothing) {
    if (scores.shape.size() != 2 || scores.shape[0] != static_cast<std::int64_t>(labels.size())) {
        throw workError("cross entropy takes scores [{},classes], {} was given", labels.size(),
                        nn::toString(scores.shape));
    }
    std::vector<float> targets(scores.floats().size());
    fillTargets(labels, smoothing, targets);
    Loss loss{0.0, 0, nn::Tensor::zeros(nn::ElementType::Float32, scores.shape)};
    loss.sum = addCrossEntropy(scores.floats(), targets, static_cast<std::size_t>(scores.shape[1]), 1.0,
                               loss.gradient.floats());
    loss.correct = countCorrect(scores.floats(), labels);
    return loss;
}

void fillTargets(std::span<const int> labels, double smoothing, std::span<float> targets) {
    const std::size_t classes = targets.size() / labels.size();
    std::ranges::fill(targets, static_cast<float>(smoothing / static_cast<double>(classes)));
    for (std::size_t n = 0; n < labels.size(); ++n) {
        if (labels[n] < 0 || static_cast<std::size_t>(labels[n]) >= classes) {
            throw inputError("a sample has label {} but the network tells {} classes apart", labels[n],
                             classes);
        }
        targets[n * classes + static_cast<std::size_t>(labels[n])] += static_cast<float>(1.0 - smoothing);
    }
}

double addCrossEntropy(std::span<const float> scores, std::span<const float> targets, std::size_t classes,
                       double weight, std::span<float> gradient) {
    double sum = 0.0;
    for (std::size_t first = 0; first < scores.size(); first += classes) {
        const LogSoftmax logProbability(scores.subspan(first, classes), 1.0);
        for (std::size_t k = 0; k < classes; ++k) {
            const auto target = static_cast<double>(targets[first + k]);
            sum -= target * logProbability[k];
            gradient[first + k] += static_cast<float>(weight * (std::exp(logProbability[k]) - target));
        }
    }
    return sum;
}

double addDistillation(std::span<const float> scores, std::span<const float> teacher, std::size_t classes,
                       double temperature, double weight, std::span<float> gradient) {
    double sum = 0.0;
    for (std::size_t first = 0; first < scores.size(); first += classes) {
        const LogSoftmax own(scores.subspan(first, classes), temperature);
        const LogSoftmax wanted(teacher.subspan(first, classes), temperature);
        for (std::size_t k = 0; k < classes; ++k) {
            const double target = std::exp(wanted[k]);
            sum += temperature * temperature * target * (wanted[k] - own[k]);
            gradient[first + k] += static_cast<float>(weight * temperature * (std::exp(own[k]) - target));
        }
    }
    return sum;
}

int countCorrect(std::span<const float> scores, std::span<const int> labels) {
    const std::size_t classes = scores.size() / labels.size();
    int correct = 0;
    for (std::size_t n = 0; n < labels.size(); ++n) {
        const auto row = scores.subspan(n * classes, classes);
        correct += std::ranges::max_element(row) - row.begin() == labels[n] ? 1 : 0;
    }
    return correct;
}

} // namespace tandem::train
