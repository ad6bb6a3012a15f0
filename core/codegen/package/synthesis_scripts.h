// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/package.h"
#include "core/codegen/text_files.h"

#include <string>
#include <vector>

namespace tandem::codegen {

/// Yosys for every family, Vivado out of context, with their constraint.
std::vector<TextFile> synthesisScripts(const Package& package);

/// The name under which Makefile and scripts know a family: "xc7", "xcup", "ice40", "ecp5", "asic".
std::string familyScript(hw::DeviceFamily family);

} // namespace tandem::codegen
