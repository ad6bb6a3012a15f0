// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/integer_network.h"

#include <filesystem>

namespace tandem::codegen {

/// Writes the integer network as an ONNX model in QDQ form (opset 13): float operators between QuantizeLinear
/// and DequantizeLinear nodes that carry its scales, zero points and widths, host operators included. ONNX
/// rounds half to even where IntegerNetwork rounds half up, so a value that falls exactly between two steps
/// can differ by one step. Throws Error (Work) naming the file.
void writeQdqOnnx(const quant::IntegerNetwork& network, const std::filesystem::path& file);

} // namespace tandem::codegen
