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

namespace tandem::codegen {

/// What writes the accelerators of one template. Both functions take one of that template.
struct TemplateWriter {
    std::string_view name; ///< hw::Template::name
    /// See settled() and writeRtl() in rtl.h.
    hw::AnyAccelerator (*settled)(const quant::IntegerNetwork& network, const hw::Accelerator& accelerator);
    void (*write)(const quant::IntegerNetwork& network, const hw::Accelerator& accelerator,
                  std::span<const std::vector<std::int32_t>> inputs, const std::filesystem::path& library,
                  const std::filesystem::path& folder, const RtlTarget& target);
    /// See sampleAccelerator() in rtl.h; null where the template has no amounts of hardware of its own.
    hw::AnyAccelerator (*sample)(std::uint64_t seed);
};

} // namespace tandem::codegen
