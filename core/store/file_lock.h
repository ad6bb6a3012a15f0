// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/database.h"

namespace tandem::store {

/// The row that says which process has a study open. It outlives a crash, so the next opener notices.
class FileLock {
  public:
    /// Takes the lock. Throws Error (Input) naming host and process when another living process holds it; on
    /// another host a holder counts as living while it was seen in the last three minutes.
    explicit FileLock(Database& database);

    /// Whether the holder before died without giving it back.
    bool wasAbandoned() const { return wasAbandoned_; }
    /// Says that the holder lives, within the caller's transaction or on its own.
    void renew();
    void release();

  private:
    Database& database_;
    bool wasAbandoned_ = false;
};

/// Whether the file lies on a network file system, where a write-ahead log is not safe.
bool isOnNetwork(const std::filesystem::path& file);

} // namespace tandem::store
