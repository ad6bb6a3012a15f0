// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/tensor.h"
#include "core/onnx/schema.h"

#include <filesystem>

namespace tandem::onnx {

/// The network's element type for a TensorProto::DataType (float16 and float64 become Float32). Throws Error
/// (Input) naming the type when the program has none for it (strings, complex numbers, bfloat16, ...).
nn::ElementType elementTypeOf(int dataType);

/// A TensorProto::DataType for a type of ours.
int dataTypeOf(nn::ElementType type);

/// The elements of a TensorProto, from whichever field holds them; external data is read from `folder`.
/// Throws Error (Input) with the reason: a shape that is negative, too large or does not fit the data, a type
/// we have not, external data that is missing or lies outside of the folder.
nn::Tensor toTensor(const schema::TensorProto& proto, const std::filesystem::path& folder);

/// The tensor as a TensorProto with raw data.
schema::TensorProto toProto(const nn::Tensor& tensor, const std::string& name);

} // namespace tandem::onnx
