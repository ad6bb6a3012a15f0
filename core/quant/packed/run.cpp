// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/packed/run.h"

#include "core/base/parallel.h"
#include "core/quant/packed/packed_executor.h"
#include "core/quant/quantize/formats.h"
#include "core/train/executor.h"

#include <algorithm>
#include <memory>

namespace tandem::quant {

namespace {

const IntegerTensor& tensorOf(const IntegerNetwork& network, int tensor) {
    return network.tensors.at(static_cast<std::size_t>(tensor));
}

} // namespace

std::vector<std::int32_t> quantizeMap(std::span<const float> values, const TensorFormat& format) {
    std::vector<std::int32_t> integers(values.size());
    std::ranges::transform(values, integers.begin(),
                           [&](float value) { return quantized(double{value}, format); });
    return integers;
}

std::vector<float> dequantizeMap(std::span<const std::int32_t> values, const TensorFormat& format) {
    std::vector<float> reals(values.size());
    std::ranges::transform(values, reals.begin(), [&](std::int32_t value) {
        return static_cast<float>(format.scale * (value - format.zeroPoint));
    });
    return reals;
}

std::vector<std::int32_t> integerInput(const IntegerNetwork& network, std::span<const nn::Tensor> inputs) {
    const TensorFormat& format = tensorOf(network, network.input()).format;
    if (network.before.nodes.empty()) {
        return quantizeMap(inputs.front().floats(), format);
    }
    return quantizeMap(train::run(network.before, inputs).front().floats(), format);
}

nn::Tensor leavingMap(const IntegerNetwork& network, std::span<const std::int32_t> output) {
    const IntegerTensor& tensor = tensorOf(network, network.output());
    const nn::Graph& after = network.after;
    nn::Shape shape{1, tensor.shape.channels, tensor.shape.height, tensor.shape.width};
    if (!after.inputs.empty()) {
        shape = after.value(after.inputs.front()).shape;
    }
    return nn::Tensor::ofFloats(std::move(shape), dequantizeMap(output, tensor.format));
}

std::vector<nn::Tensor> modelOutputs(const IntegerNetwork& network, std::span<const std::int32_t> output) {
    const std::vector<nn::Tensor> leaving{leavingMap(network, output)};
    return network.after.nodes.empty() ? leaving : train::run(network.after, leaving);
}

std::vector<nn::Tensor> runInteger(const IntegerNetwork& network, std::span<const nn::Tensor> inputs) {
    return modelOutputs(network, PackedExecutor(network).output(integerInput(network, inputs)));
}

std::vector<std::vector<std::int32_t>>
runAccelerator(const IntegerNetwork& network, std::span<const nn::Tensor> inputs, const Workers& workers) {
    const TensorFormat& format = tensorOf(network, network.input()).format;
    std::vector<PackedExecutor> executors(static_cast<std::size_t>(workers.count()), PackedExecutor(network));
    std::vector<std::unique_ptr<train::Executor>> before(executors.size());
    std::vector<std::vector<std::int32_t>> outputs(inputs.size());
    parallelFor(inputs.size(), workers, [&](std::size_t index, int worker) {
        PackedExecutor& executor = executors[static_cast<std::size_t>(worker)];
        if (network.before.nodes.empty()) {
            outputs[index] = executor.output(quantizeMap(inputs[index].floats(), format), workers.cancel);
            return;
        }
        auto& host = before[static_cast<std::size_t>(worker)];
        if (!host) {
            host = std::make_unique<train::Executor>(network.before, 1, workers.cancel);
        }
        const std::vector<nn::Tensor> entering = host->run(inputs.subspan(index, 1));
        outputs[index] = executor.output(quantizeMap(entering.front().floats(), format), workers.cancel);
    });
    return outputs;
}

} // namespace tandem::quant
