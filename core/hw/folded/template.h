// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/template.h"

namespace tandem::hw::folded {

/// Weights and maps come from external memory: the device must have some.
bool isPossibleOn(const Device& device);

/// `hw.folded.*`.
std::unique_ptr<TemplateSpace> spaceOf(const SearchedNetwork& network, const Device& device);

inline constexpr Template kTemplate{"folded", "computes layer after layer on one array", isPossibleOn,
                                    spaceOf};

} // namespace tandem::hw::folded
