// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/template.h"

namespace tandem::hw::pipeline {

/// Any device can hold a pipeline.
bool isPossibleOn(const Device& device);

/// `hw.pipeline.interval`, and for every bundle `hw.pipeline.<bundle>.multiplier`.
std::unique_ptr<TemplateSpace> spaceOf(const SearchedNetwork& network, const Device& device);

inline constexpr Template kTemplate{"pipeline", "has one engine per layer, connected by streams",
                                    isPossibleOn, spaceOf};

} // namespace tandem::hw::pipeline
