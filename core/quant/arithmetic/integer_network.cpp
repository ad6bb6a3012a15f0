// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/arithmetic/integer_network.h"

#include "core/base/error.h"
#include "core/quant/arithmetic/layer_arithmetic.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

void checkTensor(const IntegerTensor& tensor) {
    const TensorFormat& format = tensor.format;
    const TensorShape& shape = tensor.shape;
    if (!shape.isMap()) {
        throw workError("integer tensor '{}': {} extents, a map of channels, rows and columns expected",
                        tensor.name, shape.outer.size() + 3);
    }
    if (std::min({shape.channels, shape.height, shape.width}) < 1 ||
        std::int64_t{shape.channels} * shape.height > std::numeric_limits<int>::max() / shape.width) {
        throw workError("integer tensor '{}': shape {}x{}x{} is not legal", tensor.name, shape.channels,
                        shape.height, shape.width);
    }
    if (format.bits < 2 || format.bits > 8) {
        throw workError("integer tensor '{}': {} bits, 2 to 8 expected", tensor.name, format.bits);
    }
    if (!std::isfinite(format.scale) || format.scale <= 0) {
        throw workError("integer tensor '{}': scale {} is not positive", tensor.name, format.scale);
    }
    if (format.zeroPoint < format.low() || format.zeroPoint > format.high()) {
        throw workError("integer tensor '{}': zero point {} is outside {}..{}", tensor.name, format.zeroPoint,
                        format.low(), format.high());
    }
}

int onlyOne(const std::vector<int>& tensors, const char* what, const std::string& network) {
    if (tensors.size() != 1) {
        throw workError("integer network '{}': {} {}, executions take networks with one", network,
                        tensors.size(), what);
    }
    return tensors[0];
}

} // namespace

TensorShape::TensorShape(std::span<const int> extents) {
    const std::size_t before = extents.size() > 3 ? extents.size() - 3 : 0;
    outer.assign(extents.begin(), extents.begin() + static_cast<std::ptrdiff_t>(before));
    const auto extent = [&](std::size_t i) { return before + i < extents.size() ? extents[before + i] : 1; };
    channels = extent(0);
    height = extent(1);
    width = extent(2);
}

int TensorShape::count() const {
    return std::accumulate(outer.begin(), outer.end(), MapShape::count(), std::multiplies<>());
}

int IntegerNetwork::input() const {
    return onlyOne(inputs, "inputs", name);
}

int IntegerNetwork::output() const {
    return onlyOne(outputs, "outputs", name);
}

int signedBits(Range range) {
    int bits = 1;
    while (bits < 63 &&
           (range.low < -(std::int64_t{1} << (bits - 1)) || range.high >= std::int64_t{1} << (bits - 1))) {
        ++bits;
    }
    return bits;
}

Range accumulatorRange(const ConvolutionLayer& layer, int channel, const TensorFormat& input) {
    const std::size_t perChannel = layer.weights.size() / layer.bias.size();
    const std::int64_t low = input.low(), high = input.high();
    const std::int64_t bias = layer.bias[at(channel)];
    Range range{std::min<std::int64_t>(bias, 0), std::max<std::int64_t>(bias, 0)};
    for (std::size_t k = 0; k < perChannel; ++k) {
        const std::int64_t weight = layer.weights[at(channel) * perChannel + k];
        range.low += std::min({weight * low, weight * high, std::int64_t{0}});
        range.high += std::max({weight * low, weight * high, std::int64_t{0}});
    }
    return range;
}

Range accumulatorRange(const PoolLayer& layer, const TensorFormat& input) {
    const std::int64_t area = std::int64_t{layer.kernel.height} * layer.kernel.width;
    const std::int64_t bias = layer.bias;
    return {std::min<std::int64_t>(bias, 0) + area * std::min(input.low(), 0),
            std::max<std::int64_t>(bias, 0) + area * std::max(input.high(), 0)};
}

Range accumulatorRange(const ScaleLayer& layer, const TensorFormat& a, const TensorFormat& b) {
    const std::int64_t lowA = a.low() - layer.zeroA, highA = a.high() - layer.zeroA;
    const std::int64_t lowB = b.low() - layer.zeroB, highB = b.high() - layer.zeroB;
    const auto [low, high] = std::minmax({lowA * lowB, lowA * highB, highA * lowB, highA * highB});
    return {low, high};
}

int accumulatorBitsNeeded(const ConvolutionLayer& layer, const TensorFormat& input) {
    int bits = 1;
    for (int channel = 0; channel < static_cast<int>(layer.bias.size()); ++channel) {
        bits = std::max(bits, signedBits(accumulatorRange(layer, channel, input)));
    }
    return bits;
}

int accumulatorBitsNeeded(const PoolLayer& layer, const TensorFormat& input) {
    return signedBits(accumulatorRange(layer, input));
}

int accumulatorBitsNeeded(const ScaleLayer& layer, const TensorFormat& a, const TensorFormat& b) {
    return signedBits(accumulatorRange(layer, a, b));
}

void check(const IntegerNetwork& network) {
    const int count = static_cast<int>(network.tensors.size());
    const auto expectTensor = [&](int tensor, const std::string& who) {
        if (tensor < 0 || tensor >= count) {
            throw workError("{}: tensor {} does not exist, there are {}", who, tensor, count);
        }
    };
    expectTensor(network.input(), "input of the integer network");
    expectTensor(network.output(), "output of the integer network");
    std::ranges::for_each(network.tensors, checkTensor);
    std::vector<bool> written(network.tensors.size(), false);
    written[at(network.input())] = true;
    for (const IntegerLayer& layer : network.layers) {
        const std::string who = fmt::format("integer layer '{}'", layer.name);
        for (const int input : layer.inputs) {
            expectTensor(input, who);
            if (!written[at(input)]) {
                throw workError("{}: tensor '{}' is read before a layer writes it", who,
                                network.tensors[at(input)].name);
            }
        }
        expectTensor(layer.output, who);
        if (written[at(layer.output)]) {
            throw workError("{}: tensor '{}' is written twice", who, network.tensors[at(layer.output)].name);
        }
        written[at(layer.output)] = true;
        checkLayer(network, layer);
    }
    for (int tensor = 0; tensor < count; ++tensor) {
        if (!written[at(tensor)]) {
            throw workError("integer tensor '{}': no layer writes it", network.tensors[at(tensor)].name);
        }
    }
}

} // namespace tandem::quant
