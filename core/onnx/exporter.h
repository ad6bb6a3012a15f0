// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <filesystem>
#include <string>

namespace tandem::onnx {

/// A network as an ONNX model (opset 13, IR version 7) in its binary form, which the official checker
/// accepts. Values keep their names where those are unique and not empty. Their `quantization` is not
/// written: QDQ models have Quantize and Dequantize nodes. Throws Error (Work) naming the node where an
/// operator has no form in that opset.
std::string serializeOnnx(const nn::Graph& graph);

/// Writes serializeOnnx(graph) to a file. Throws Error (Work) naming the file when it cannot be written.
void exportOnnx(const nn::Graph& graph, const std::filesystem::path& file);

} // namespace tandem::onnx
