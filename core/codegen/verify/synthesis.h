// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/process.h"
#include "core/hw/device/device.h"
#include "core/hw/device/resources.h"

#include <filesystem>
#include <optional>
#include <string>

namespace tandem::codegen {

/// Synthesizes a folder that writeRtl or its siblings wrote with Yosys for a family and counts primitives
/// (measured): LUTs of logic, LUT RAM and shift registers; for an ASIC the cells' area and the bits of the
/// memories that are left to macros. Throws Error (Work) naming the tool or the cell library that is missing,
/// or what failed, Error (Cancelled) where it was asked to stop.
hw::Resources synthesizeRtl(const std::filesystem::path& folder, hw::DeviceFamily family,
                            const ProcessLimits& limits = {.seconds = 3600});
/// The same, but nothing where Yosys does not end in time.
std::optional<hw::Resources> synthesizeInTime(const std::filesystem::path& folder, hw::DeviceFamily family,
                                              const ProcessLimits& limits);

} // namespace tandem::codegen
