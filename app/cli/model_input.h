// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tandem::cli {

/// Imports a model with its `--shape NAME=SIZE` arguments and the values of its inputs, in the model's order
/// (may be none). Throws Error (Input).
nn::Graph importModel(const std::filesystem::path& model, const std::vector<std::string>& shapes,
                      std::vector<nn::Tensor> inputs);

/// Reads one input file: NumPy (.npy) or a serialized TensorProto (.pb). Throws Error (Input) naming the
/// file.
nn::Tensor readInput(const std::filesystem::path& file);

/// One seeded tensor for every input of the network: uniform [0, 1) for floats, 0 or 1 for integers.
std::vector<nn::Tensor> seededInputs(const nn::Graph& graph, std::uint64_t seed);

} // namespace tandem::cli
