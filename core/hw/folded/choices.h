// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/folded/program.h"
#include "core/hw/template_parameters.h"

#include <vector>

/// What a search chooses about a folded array, alone or behind a pipeline.
namespace tandem::hw::folded {

/// `hw.folded.rows`, `.columns`, `.order`, `.bus_bits`, `.pool_kb` and `.multiplier`.
std::vector<point::Parameter> choiceParameters(const Device& device);

/// Reads them.
class Choices {
  public:
    Choices() = default;
    explicit Choices(const point::Space& space);

    Parameters of(const point::Encoding& encoding) const;

  private:
    ParameterValues rows_, columns_, order_, busBits_, poolKb_, multiplier_;
};

/// How the device's memory answers one of the accelerator's two ports: a latency of 32 cycles is assumed, the
/// bandwidth is half of the device's, in whole cycles a beat.
Memory memoryOn(const Device& device, int busBits, double clockMhz);

} // namespace tandem::hw::folded
