// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/primitives.h"

#include "core/hw/device/technology.h"

#include <fmt/format.h>

#include <array>

namespace tandem::hw {

namespace {

constexpr Primitive kLut{"lut", "LUT", &Resources::lut, &FitErrors::size};
constexpr Primitive kFf{"ff", "FF", &Resources::ff, &FitErrors::ff};

constexpr std::array kXilinx7{kLut, kFf, Primitive{"dsp", "DSP48E1", &Resources::dsp},
                              Primitive{"ramb36", "RAMB36E1", &Resources::ramb36},
                              Primitive{"ramb18", "RAMB18E1", &Resources::ramb18}};
constexpr std::array kUltraScalePlus{kLut, kFf, Primitive{"dsp", "DSP48E2", &Resources::dsp},
                                     Primitive{"ramb36", "RAMB36E2", &Resources::ramb36},
                                     Primitive{"ramb18", "RAMB18E2", &Resources::ramb18}};
constexpr std::array kIce40{kLut, kFf, Primitive{"dsp", "SB_MAC16", &Resources::dsp},
                            Primitive{"ram4k", "SB_RAM40_4K", &Resources::ram4k}};
constexpr std::array kEcp5{kLut, kFf, Primitive{"dsp", "MULT18X18D", &Resources::dsp},
                           Primitive{"ram16k", "DP16KD", &Resources::ram16k}};
constexpr std::array kAsic{Primitive{"cells_um2", "cell area, um2", &Resources::cellsUm2, &FitErrors::size},
                           kFf, Primitive{"sram_bits", "SRAM macro bits", &Resources::sramBits},
                           Primitive{"rom_bits", "ROM macro bits", &Resources::romBits}};

} // namespace

double Primitive::of(const Resources& used) const {
    return std::visit([&](auto member) { return static_cast<double>(used.*member); }, amount);
}

void Primitive::set(Resources& used, double value) const {
    std::visit([&](auto member) { used.*member = static_cast<std::decay_t<decltype(used.*member)>>(value); },
               amount);
}

std::span<const Primitive> primitivesOf(DeviceFamily family) {
    switch (family) {
    case DeviceFamily::Xilinx7:
        return kXilinx7;
    case DeviceFamily::UltraScalePlus:
        return kUltraScalePlus;
    case DeviceFamily::Ice40:
        return kIce40;
    case DeviceFamily::Ecp5:
        return kEcp5;
    case DeviceFamily::Asic:
        return kAsic;
    }
    return kXilinx7;
}

bool hasSoftProducts(const Device& device) {
    return device.dsp <= 0.0 && technologyOf(device.family).dspOperandBits > 0;
}

std::string fitText(const Device& device) {
    const FitErrors errors = fitErrors(device.family);
    std::string text;
    for (const Primitive& primitive : primitivesOf(device.family)) {
        if (primitive.fit != nullptr) {
            const FitError& error = errors.*primitive.fit;
            text += fmt::format("{}{} {:.0f} % (worst {:.0f} %)", text.empty() ? "" : ", ", primitive.name,
                                100.0 * error.mean, 100.0 * error.worst);
        }
    }
    return fmt::format("{} on {} designs that the fit left out{}", text, errors.size.designs,
                       hasSoftProducts(device) ? "; the LUTs of products, which take no DSP on this device, "
                                                 "are a rule of thumb that it does not cover"
                                               : "");
}

Resources withoutDsps(const Resources& used) {
    constexpr double kLutsForDsp = 500;
    Resources made = used;
    made.lut += kLutsForDsp * used.dsp;
    made.dsp = 0;
    return made;
}

} // namespace tandem::hw
