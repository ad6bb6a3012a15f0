// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <filesystem>

namespace tandem::onnx {

/// Writes a network as an ONNX model (opset 13) that the official checker accepts. Values' `quantization` is
/// not written: QDQ models have Quantize and Dequantize nodes. Throws Error (Work) naming the file or the
/// node.
void exportOnnx(const nn::Graph& graph, const std::filesystem::path& path);

} // namespace tandem::onnx
