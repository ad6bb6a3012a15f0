// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/package.h"
#include "core/hw/accelerator.h"
#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

/// The RTL of an accelerator, whatever its template.
namespace tandem::codegen {

/// The accelerator with all that its memories hold of the network: its resources and cycles are those of the
/// RTL that writeRtl writes.
hw::AnyAccelerator settled(const quant::IntegerNetwork& network, const hw::Accelerator& accelerator);

/// Writes the accelerator of `network` into `folder` (made if absent, files replaced): rtl/ (the library
/// modules it uses, the top `tandem_top`), mem/ (what its memories hold; hexadecimal), tb/ (a self-checking
/// test bench for Verilator and Icarus Verilog), golden/ (inputs and expected outputs; every layer's
/// checksums) and the files around them (see packageFiles). `inputs`: quantized input tensors, elements
/// channel, row, column; at least one. `library`: the folder resources/rtl. Throws Error (Input) naming the
/// layer that the template cannot build, Error (Work) naming the file that cannot be written.
void writeRtl(const quant::IntegerNetwork& network, const hw::Accelerator& accelerator,
              std::span<const std::vector<std::int32_t>> inputs, const std::filesystem::path& library,
              const std::filesystem::path& folder, const RtlTarget& target = {});

/// A small random accelerator of a template for the network of sampleDesign(seed): what prices are fitted to.
/// Throws Error (Input) where the template has no samples.
hw::AnyAccelerator sampleAccelerator(std::string_view templateName, std::uint64_t seed);

} // namespace tandem::codegen
