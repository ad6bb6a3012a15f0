// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tandem::onnx {

/// What settles a model's open sizes.
struct ImportOptions {
    /// Sizes by dimension name (`--shape height=224`), or by `input.axis` for dimensions without a name
    /// (`--shape data.2=224`).
    std::map<std::string, std::int64_t> shapes;
    /// Whole shapes by input name.
    std::map<std::string, nn::Shape> inputShapes;
    /// Values of the model's inputs in the model's order (those that are initializers not counted); may be
    /// fewer. Their sizes settle dynamic dimensions, and where an operator needs a constant (the shape of a
    /// Reshape, the starts of a Slice), the input's value stands for it.
    std::vector<nn::Tensor> inputValues;
};

/// Reads an ONNX model (opset 7 to 20, external data beside it) as a network with concrete shapes. Open batch
/// dimensions become 1. Throws Error (Input) whose message starts with the path: unreadable or broken files,
/// operators that cannot be executed (node, operator, reason), dimensions that need a `--shape`.
nn::Graph importOnnx(const std::filesystem::path& path, const ImportOptions& options = {});

} // namespace tandem::onnx
