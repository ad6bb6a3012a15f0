// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/rtl_package.h"
#include "core/codegen/rtl/pipeline/top.h"
#include "core/hw/pipeline/pipeline.h"
#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace tandem::codegen {

/// Writes the accelerator of `network` with `parameters` into `folder` (made if absent, files replaced):
/// rtl/ (the library modules it uses, the top `tandem_top`), mem/ (weights, scales; hexadecimal), tb/ (a
/// self-checking test bench for Verilator and Icarus Verilog), golden/ (inputs and expected outputs, beat by
/// beat; every layer's checksums) and the files around them (see packageFiles). `inputs`: quantized input
/// tensors, elements channel, row, column; at least one. `library`: the folder resources/rtl. Throws Error
/// (Input) naming the layer that the template cannot build, Error (Work) naming the file that cannot be
/// written.
void writeRtl(const quant::IntegerNetwork& network, const hw::pipeline::Parameters& parameters,
              std::span<const std::vector<std::int32_t>> inputs, const std::filesystem::path& library,
              const std::filesystem::path& folder, const RtlTarget& target = {});

/// The library modules that a Verilog text uses, directly or not, in alphabetical order; paths are file
/// names.
std::vector<TextFile> usedModules(const std::string& text, const std::filesystem::path& library);

} // namespace tandem::codegen
