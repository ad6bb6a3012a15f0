// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/template.h"

namespace tandem::hw {

/// All templates, in the order of `hw.template`'s choices: studies hold their places, so new ones stand last.
std::span<const Template> templates();

} // namespace tandem::hw
