// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/package.h"

#include <string>

namespace tandem::codegen {

/// The accelerator as an IP-XACT component (IEEE 1685-2009), with its buses and registers.
std::string ipXactComponent(const Package& package);

} // namespace tandem::codegen
