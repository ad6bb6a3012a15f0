// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/tensor.h"

#include <filesystem>
#include <map>
#include <string>

namespace tandem::data {

/// The arrays of a NumPy archive (numpy.savez, numpy.savez_compressed) by name, without their ".npy". Entries
/// that are no arrays are passed over. Throws Error (Input) naming the file when it is no zip archive, is
/// damaged, or an array of it is not one that readNpy() reads.
std::map<std::string, nn::Tensor> readNpz(const std::filesystem::path& path);

} // namespace tandem::data
