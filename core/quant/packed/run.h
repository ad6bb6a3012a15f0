// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tandem::quant {

/// The integers of a real feature map: clamp(floor(x / scale + 1/2) + zeroPoint), computed in double. ONNX's
/// QuantizeLinear rounds half to even: values exactly between two steps may differ by one step.
std::vector<std::int32_t> quantizeMap(std::span<const float> values, const TensorFormat& format);

/// The real numbers that integers stand for.
std::vector<float> dequantizeMap(std::span<const std::int32_t> values, const TensorFormat& format);

/// The accelerator's input for the model's inputs: host operators in front, then quantization.
std::vector<std::int32_t> integerInput(const IntegerNetwork& network, std::span<const nn::Tensor> inputs);

/// What the host part behind the accelerator reads for the accelerator's output: dequantized.
nn::Tensor leavingMap(const IntegerNetwork& network, std::span<const std::int32_t> output);

/// The model's outputs for the accelerator's output: dequantization, then host operators behind.
std::vector<nn::Tensor> modelOutputs(const IntegerNetwork& network, std::span<const std::int32_t> output);

/// The model's outputs for its inputs: host operators in front, the integer network, host operators behind.
std::vector<nn::Tensor> runInteger(const IntegerNetwork& network, std::span<const nn::Tensor> inputs);

/// The accelerator's output integers for many inputs of a network with one input, on these workers.
std::vector<std::vector<std::int32_t>> runAccelerator(const IntegerNetwork& network,
                                                      std::span<const nn::Tensor> inputs,
                                                      const Workers& workers = {});

} // namespace tandem::quant
