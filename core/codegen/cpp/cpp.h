// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace tandem::codegen {

/// Writes self-contained C++17 code for `network` into `folder` (made if absent, files replaced): network.h
/// (the interface: run(), quantize and dequantize helpers), network.cpp, weights.h / .cpp, tandem_kernels.h
/// (copied from `library`, the folder resources/cpp), a test with golden vectors (the given inputs and what
/// the reference executor makes of them), CMakeLists.txt and README.md. The code gives the reference
/// executor's integers for every input; operators that run on the host are only described. `inputs`:
/// quantized input tensors, elements channel, row, column; at least one. Throws Error (Input) where there is
/// none, Error (Work) naming the file that cannot be written.
void writeCpp(const quant::IntegerNetwork& network, std::span<const std::vector<std::int32_t>> inputs,
              const std::filesystem::path& library, const std::filesystem::path& folder);

/// Where each feature map lives in one block of memory that maps share when their lifetimes allow it.
struct WorkspacePlan {
    std::vector<std::int64_t> offset; ///< per tensor, in bytes; -1 for the network's input and output
    std::int64_t bytes = 0;           ///< of the whole block
};
WorkspacePlan planWorkspace(const quant::IntegerNetwork& network);

/// Name, kind and geometry of a layer in one line: "conv1: 3x32x32 -> 16x32x32, convolution 3x3, ...".
std::string describeLayer(const quant::IntegerNetwork& network, const quant::IntegerLayer& layer);

/// Text of weights.h and weights.cpp: every layer's constants as arrays.
std::string cppWeightsHeader(const quant::IntegerNetwork& network);
std::string cppWeightsSource(const quant::IntegerNetwork& network);

/// The prefix of a layer's arrays in those files: "layer03_conv3x3".
std::string cppLayerName(const quant::IntegerNetwork& network, std::size_t layer);
/// The namespace of the generated code.
std::string cppNamespace(const quant::IntegerNetwork& network);
/// First lines of every generated C++ file.
std::string cppBanner(const quant::IntegerNetwork& network, const std::string& what);

} // namespace tandem::codegen
