// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/database.h"

namespace tandem::store {

/// "TAND" in the file's header tells a study from other SQLite files.
inline constexpr std::int64_t kApplicationId = 0x54414E44;

/// The newest schema that this program knows.
int newestVersion();

/// Brings a new or older study to the newest schema, in one transaction. Throws Error (Input) when the file
/// is newer than this program.
void migrate(Database& database);

} // namespace tandem::store
