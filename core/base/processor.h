// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace tandem {

/// What this machine's processor calls itself, for figures that were measured on it.
std::string processorName();

} // namespace tandem
