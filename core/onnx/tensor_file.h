// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/tensor.h"

#include <filesystem>

namespace tandem::onnx {

/// Reads a file that holds one serialized ONNX TensorProto (the conformance data's input_0.pb). Throws Error
/// (Input) naming the file.
nn::Tensor readTensorProto(const std::filesystem::path& path);

/// Writes one. float32 and the integer types are kept as they are.
void writeTensorProto(const std::filesystem::path& path, const nn::Tensor& tensor);

} // namespace tandem::onnx
