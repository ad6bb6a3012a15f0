// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"

#include <filesystem>

namespace tandem::codegen {

/// The integer network as an ordinary graph with QuantizeLinear / DequantizeLinear around every layer (opset
/// 13), host operators included: what ONNX Runtime runs. Weights are int8 with the scales that the integer
/// multipliers stand for, biases int32. It follows the integers to within a step of each layer's output, not
/// exactly: QuantizeLinear rounds half to even where the hardware rounds half up, and sums are kept in
/// float32. Feature maps of less than 8 bits are clipped to their range before they are quantized.
nn::Graph quantizedGraph(const quant::IntegerNetwork& network);

/// Writes that graph. Throws Error (Work) naming the file.
void writeQdqOnnx(const quant::IntegerNetwork& network, const std::filesystem::path& file);

} // namespace tandem::codegen
