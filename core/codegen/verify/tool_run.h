// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/process.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tandem::codegen {

/// The end of a long text, for messages.
std::string tail(const std::string& text, std::size_t length = 1500);

/// As runTool, but gives nothing where the tool does not end in time.
std::optional<std::string> runToolInTime(const std::vector<std::string>& arguments,
                                         const std::filesystem::path& folder, const ProcessLimits& limits,
                                         double& seconds);

/// Runs a tool in `folder`, adds its wall time to `seconds` and gives what it printed. Throws Error (Work)
/// naming it where it is missing, fails or does not end in time, Error (Cancelled) where it was asked to
/// stop.
std::string runTool(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                    const ProcessLimits& limits, double& seconds);

} // namespace tandem::codegen
