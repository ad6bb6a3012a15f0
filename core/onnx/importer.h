// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
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

/// The bytes of an ONNX file, unread. Throws Error (Input) whose message starts with the path.
std::string readOnnxBytes(const std::filesystem::path& path);

/// A model that was imported from memory.
struct ImportedOnnx {
    nn::Graph network;
    bool hasExternalData = false; ///< parts of it lie in other files
};

/// importOnnx() for the bytes of an ONNX file; external data is read from `folder`, and where that is empty
/// a model that has any is refused. Throws Error (Input) whose message names no file.
ImportedOnnx importOnnxBytes(std::span<const char> bytes, const std::filesystem::path& folder,
                             const ImportOptions& options = {});

} // namespace tandem::onnx
