// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/resources.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace tandem::hw {

/// One kind of thing that designs of a family are made of.
struct Primitive {
    std::string_view key;  ///< in files: "lut", "ram4k"
    std::string_view name; ///< as the family's tools call it: "SB_RAM40_4K"
    std::variant<double Resources::*, int Resources::*, std::int64_t Resources::*> amount;
    FitError FitErrors::*fit = nullptr; ///< the error of a fitted figure; null: follows the tools' rules

    double of(const Resources& used) const;
    void set(Resources& used, double value) const;
};

/// What designs of a family are made of, in the order in which people read it.
std::span<const Primitive> primitivesOf(DeviceFamily family);

/// "LUT 8 % (worst 30 %), FF 4 % (worst 14 %) on 11 designs that the fit left out": how far fitted figures
/// are off on average on this device.
std::string fitText(const Device& device);

/// Whether products become LUTs on this device whose family has DSPs: figures that no fit covers.
bool hasSoftProducts(const Device& device);

/// The same design on a device of the family that has no DSPs: products become LUTs, 500 for each DSP that
/// they took. Yosys 0.23 makes 470 to 770 LUTs of the products of 12 to 24 by 17 bits that requantizers have.
Resources withoutDsps(const Resources& used);

} // namespace tandem::hw
