// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/folded/choices.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace tandem::hw::folded {

std::vector<point::Parameter> choiceParameters(const Device& device) {
    static constexpr std::array kRows{4, 8, 16, 32}, kColumns{8, 16, 32, 64};
    static constexpr std::array kBusBits{32, 64, 128};
    static constexpr std::array kPoolKb{16, 32, 64, 128, 256, 512, 1024};
    return {numberParameter("hw.folded.rows",
                            "Input channels that the folded array multiplies side by side, at most as many "
                            "as columns",
                            kRows, 1),
            numberParameter("hw.folded.columns",
                            "Output channels that the folded array computes side by side", kColumns, 1),
            {"hw.folded.order",
             "What moves slowest in the folded array: a block of output channels with its weights, or a "
             "pixel",
             {{0, "weights"}, {1, "outputs"}},
             0},
            numberParameter("hw.folded.bus_bits", "Width of each memory port of the folded template",
                            kBusBits, 1),
            numberParameter("hw.folded.pool_kb",
                            "Activation memory of the folded template at most, KB; maps that need more are "
                            "computed in bands of rows from and to memory",
                            kPoolKb, 6),
            multiplierParameter(
                "hw.folded.multiplier",
                "What makes the products of the folded array: DSPs, LUTs, or DSPs that two share", device)};
}

Choices::Choices(const point::Space& space)
    : rows_(space, "hw.folded.rows"),
      columns_(space, "hw.folded.columns"),
      order_(space, "hw.folded.order"),
      busBits_(space, "hw.folded.bus_bits"),
      poolKb_(space, "hw.folded.pool_kb"),
      multiplier_(space, "hw.folded.multiplier") {}

Parameters Choices::of(const point::Encoding& encoding) const {
    constexpr int kBytesPerKb = 1024;
    Parameters parameters;
    parameters.rows = rows_.integerOf(encoding);
    parameters.columns = columns_.integerOf(encoding);
    parameters.order = order_.integerOf(encoding) == 0 ? Order::Weights : Order::Outputs;
    parameters.multiplier = static_cast<Multiplier>(multiplier_.integerOf(encoding));
    parameters.busBits = busBits_.integerOf(encoding);
    parameters.poolWords = poolKb_.integerOf(encoding) * kBytesPerKb / parameters.columns;
    return parameters;
}

Memory memoryOn(const Device& device, int busBits, double clockMhz) {
    Memory memory;
    if (device.dramGBperS > 0) {
        const double wanted = busBits / 8.0 * clockMhz * 1e6;
        memory.gap = std::max(1, static_cast<int>(std::ceil(wanted / (device.dramGBperS * 1e9 / 2))));
    }
    return memory;
}

} // namespace tandem::hw::folded
