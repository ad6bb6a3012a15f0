// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/device/resources.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tandem::codegen {

/// The families that there are tables of in resources/fit, as C++ names them.
inline constexpr std::array<std::pair<hw::DeviceFamily, const char*>, 5> kMeasuredFamilies{
    {{hw::DeviceFamily::Xilinx7, "Xilinx7"},
     {hw::DeviceFamily::UltraScalePlus, "UltraScalePlus"},
     {hw::DeviceFamily::Ice40, "Ice40"},
     {hw::DeviceFamily::Ecp5, "Ecp5"},
     {hw::DeviceFamily::Asic, "Asic"}}};

/// A sample design and what synthesis made of it.
struct MeasuredDesign {
    std::string kind; ///< the template: "pipeline" or "folded"
    std::uint64_t seed = 0;
    hw::Resources used;
};

/// Every sixth design is left out of the fits, to tell how good they are.
bool leftOut(const MeasuredDesign& design);

/// The rows of a table, by kind and seed; none where there is no such file. Throws Error (Input) naming the
/// file and a line that is none.
std::vector<MeasuredDesign> readMeasured(const std::filesystem::path& table);

/// A design as a line of a table.
std::string toLine(const MeasuredDesign& design);

/// What the cost model says of it.
hw::Resources modelled(const MeasuredDesign& design, hw::DeviceFamily family);

} // namespace tandem::codegen
