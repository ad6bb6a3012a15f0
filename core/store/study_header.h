// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace tandem::store {

/// Refuses what is no study before SQLite sees it, in words that say what it is instead: throws Error
/// (Input).
void checkHeader(const std::filesystem::path& path);

} // namespace tandem::store
