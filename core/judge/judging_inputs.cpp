// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/judging_inputs.h"

#include "core/base/error.h"
#include "core/judge/accuracy/synthetic_inputs.h"

#include <algorithm>
#include <span>
#include <utility>

namespace tandem::judge {

InputSet::InputSet(std::vector<nn::Tensor> inputs) : count_(inputs.size()) {
    const auto held = std::make_shared<const std::vector<nn::Tensor>>(std::move(inputs));
    make_ = [held](std::size_t index) { return held->at(index); };
}

InputSet::InputSet(std::size_t count, std::function<nn::Tensor(std::size_t)> make)
    : count_(count), make_(std::move(make)) {}

std::vector<nn::Tensor> InputSet::some(std::size_t first, std::size_t count) const {
    std::vector<nn::Tensor> inputs;
    for (std::size_t i = first; i < std::min(count_, first + count); ++i) {
        inputs.push_back(make_(i));
    }
    return inputs;
}

JudgingInputs inputsWithoutData(const nn::Graph& prepared, int count, std::uint64_t seed,
                                const Workers& workers) {
    return {syntheticInputs(prepared, count, seed, workers), {}, {}};
}

JudgingInputs inputsFrom(const std::shared_ptr<const data::Dataset>& dataset, const nn::Graph& prepared,
                         const data::Split& split, int calibrationCount) {
    if (prepared.inputs.size() != 1) {
        throw inputError("network '{}' has {} inputs; a data set feeds networks with one", prepared.name,
                         prepared.inputs.size());
    }
    if (dataset->labels.empty()) {
        throw inputError("data set '{}' has no labels, so it cannot say how accurate a network is",
                         dataset->name);
    }
    const nn::Shape& shape = prepared.value(prepared.inputs[0]).shape;
    const std::size_t calibrated =
        std::min(split.training.size(), static_cast<std::size_t>(std::max(1, calibrationCount)));
    JudgingInputs inputs;
    for (const std::size_t sample : std::span(split.training).first(calibrated)) {
        inputs.calibration.push_back(dataset->batchFor(shape, {&sample, 1}));
    }
    inputs.validation = {split.validation.size(),
                         [dataset, shape, samples = split.validation](std::size_t i) {
                             return dataset->batchFor(shape, {&samples.at(i), 1});
                         }};
    inputs.labels = dataset->labelsOf(split.validation);
    return inputs;
}

} // namespace tandem::judge
