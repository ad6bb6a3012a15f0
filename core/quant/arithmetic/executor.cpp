// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/arithmetic/executor.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/quant/arithmetic/layer_arithmetic.h"

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

} // namespace

Executor::Executor(const IntegerNetwork& network) : network_(network) {
    check(network_);
    for (const IntegerLayer& layer : network_.layers) {
        const auto* convolution = std::get_if<ConvolutionLayer>(&layer.op);
        weights_.emplace_back();
        if (convolution != nullptr) {
            weights_.back().assign(convolution->weights.begin(), convolution->weights.end());
        }
    }
}

std::vector<std::vector<std::int32_t>> Executor::run(std::span<const std::int32_t> input,
                                                     const std::stop_token& cancel) const {
    const IntegerTensor& entry = network_.tensors[at(network_.input())];
    if (input.size() != at(entry.shape.count())) {
        throw workError("integer network '{}': {} input elements, {} expected", network_.name, input.size(),
                        entry.shape.count());
    }
    for (const std::int32_t value : input) {
        if (value < entry.format.low() || value > entry.format.high()) {
            throw workError("integer network '{}': input value {} is outside {}..{}", network_.name, value,
                            entry.format.low(), entry.format.high());
        }
    }
    std::vector<std::vector<std::int32_t>> values(network_.tensors.size());
    values[at(network_.input())].assign(input.begin(), input.end());
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
        const IntegerLayer& layer = network_.layers[i];
        stopIfAsked(cancel);
        std::vector<std::int32_t> to(at(network_.tensors[at(layer.output)].shape.count()));
        runLayer(network_, layer, weights_[i], values, to);
        values[at(layer.output)] = std::move(to);
    }
    return values;
}

std::vector<std::int32_t> Executor::output(std::span<const std::int32_t> input,
                                           const std::stop_token& cancel) const {
    return std::move(run(input, cancel)[at(network_.output())]);
}

std::vector<std::vector<std::int32_t>> execute(const IntegerNetwork& network,
                                               const std::vector<std::int32_t>& input) {
    return Executor(network).run(input);
}

} // namespace tandem::quant
