// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/text_files.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tandem::codegen {

/// The library modules that a Verilog text uses, directly or not, in alphabetical order; paths are file
/// names.
std::vector<TextFile> usedModules(const std::string& text, const std::filesystem::path& library);

} // namespace tandem::codegen
