// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/tensor.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace tandem::data {

/// Reads a NumPy array file (format 1.0 to 3.0, numpy.lib.format): f2, f4, f8 (all become Float32), b1,
/// i1 .. i8 and u1 .. u8, little or big-endian, in C or Fortran order. Throws Error (Input) naming the file
/// when it is not such a file, is cut short, or holds another element type.
nn::Tensor readNpy(const std::filesystem::path& path);

/// The same from the bytes of such a file; `name` stands for it in messages.
nn::Tensor parseNpy(std::span<const std::uint8_t> file, const std::filesystem::path& name);

/// Writes `tensor` as a NumPy array file of format 1.0 in C order, in the tensor's own element type.
void writeNpy(const std::filesystem::path& path, const nn::Tensor& tensor);

} // namespace tandem::data
