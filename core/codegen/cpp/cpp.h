// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/packed/packed_network.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem::codegen {

/// How fast the network ran where it was exported.
struct CppSpeed {
    std::string processor, kernels; ///< the processor's name and the path of the kernels
    double milliseconds = 0.0;      ///< median of one inference on one thread, measured
};

/// Runs the network on the kernels of the generated code, with weights stored likewise, on one thread of this
/// machine. Throws Error (Cancelled) once it is asked to stop.
CppSpeed measureSpeed(const quant::IntegerNetwork& network, std::span<const std::int32_t> input,
                      quant::WeightStorage storage, const std::stop_token& cancel = {});

struct CppOptions {
    quant::WeightStorage weights = quant::WeightStorage::Packed;
    std::optional<CppSpeed> speed; ///< for the README
};

/// Writes self-contained C++17 code for `network` into `folder` (made if absent, files replaced): network.h
/// (the interface), network_c.h (the same for C), network.cpp, weights.h / .cpp, the kernels (copied from
/// `library`, the folder resources/cpp), a test with golden vectors (the given inputs and what the reference
/// executor makes of them), a profiler, an example for Python, a CMake package and README.md. The code gives
/// the reference executor's integers for every input; operators that run on the host are only described.
/// `inputs`: quantized input tensors, elements channel, row, column; at least one. Throws Error (Input) where
/// there is none, Error (Work) naming the file that cannot be written.
void writeCpp(const quant::IntegerNetwork& network, std::span<const std::vector<std::int32_t>> inputs,
              const std::filesystem::path& library, const std::filesystem::path& folder,
              const CppOptions& options = {});

/// Name, kind and geometry of a layer in one line: "conv1: 3x32x32 -> 16x32x32, convolution 3x3, ...".
std::string describeLayer(const quant::IntegerNetwork& network, const quant::IntegerLayer& layer);

} // namespace tandem::codegen
