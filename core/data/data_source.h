// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tandem::data {

/// The files or the folder that a data set's source names: the path itself where it exists, whatever is in
/// its name, else what stands between its commas; parts that exist only with the commas between them are one
/// path, the longest that exists.
std::vector<std::filesystem::path> pathsOf(const std::string& source);

/// Whether all of pathsOf() exist.
bool sourceExists(const std::string& source);

} // namespace tandem::data
