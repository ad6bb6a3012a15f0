// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace tandem::engine {

/// Removes a study file and what may have been left beside it while it was open. What is not there, or cannot
/// be removed, stays as it is.
void removeStudy(const std::filesystem::path& study);

/// A study file that was just made: it goes with this unless it is kept. Whoever has the file open must close
/// it before.
class UnkeptStudy {
  public:
    /// An empty path: there is no file.
    explicit UnkeptStudy(std::filesystem::path study);
    ~UnkeptStudy();
    UnkeptStudy(const UnkeptStudy&) = delete;
    UnkeptStudy& operator=(const UnkeptStudy&) = delete;

    void keep() { study_.clear(); }

  private:
    std::filesystem::path study_;
};

} // namespace tandem::engine
