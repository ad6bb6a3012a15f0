// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/package.h"
#include "core/codegen/text_files.h"

#include <string>
#include <vector>

namespace tandem::codegen {

/// FuseSoC core (CAPI2), Makefile, synthesis scripts (Yosys for every family, Vivado out of context), IP-XACT
/// component, a C header where there are registers, README.
std::vector<TextFile> packageFiles(const Package& package);

/// The parts of packageFiles that have no file of their own here.
std::string fusesocCore(const Package& package);
std::string registerHeader(const Package& package);

} // namespace tandem::codegen
