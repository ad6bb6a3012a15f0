// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/template.h"

namespace tandem::hw::hybrid {

/// Its folded part needs external memory.
bool isPossibleOn(const Device& device);

/// `hw.hybrid.bundles`; it also reads the parameters of the two templates that it joins.
std::unique_ptr<TemplateSpace> spaceOf(const SearchedNetwork& network, const Device& device);

inline constexpr Template kTemplate{"hybrid", "has the first bundles as a pipeline and the others folded",
                                    isPossibleOn, spaceOf};

} // namespace tandem::hw::hybrid
