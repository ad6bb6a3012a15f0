// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"

#include <atomic>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <stop_token>
#include <vector>

namespace tandem::widgets {

/// Who may use a study's file: one after the other, in the order of draw(). On the screen's thread, but for
/// the tickets.
class FileTurns {
  public:
    /// Held for as long as the file is used; from any thread.
    using Turn = std::shared_ptr<const void>;
    class Ticket {
      public:
        /// Waits until the file is free. Throws Error (Work) where it is asked to stop.
        Turn wait(const std::stop_token& stop) const;

      private:
        friend class FileTurns;
        std::vector<std::shared_future<void>> former_; ///< ready when those before gave their turns back
        Turn turn_;
    };

    /// For an empty path, which is no file, there is never anyone before.
    Ticket draw(const std::filesystem::path& file);

  private:
    std::map<std::filesystem::path, std::vector<std::shared_future<void>>> given_;
};

/// A session and its file, until nobody holds it any more. The file of a new study that was never used goes
/// with it.
class OpenStudy {
  public:
    OpenStudy(std::unique_ptr<engine::Session> session, std::filesystem::path file, bool isNew,
              FileTurns::Turn turn);
    ~OpenStudy();
    OpenStudy(const OpenStudy&) = delete;
    OpenStudy& operator=(const OpenStudy&) = delete;

    engine::Session& session() { return *session_; }
    const std::filesystem::path& file() const { return file_; }
    /// The file came from here and nothing was done with it.
    bool isNew() const { return isNew_; }
    void keep() { isNew_ = false; }

  private:
    FileTurns::Turn turn_; // given back last
    std::filesystem::path file_;
    std::atomic<bool> isNew_;
    std::unique_ptr<engine::Session> session_;
};

} // namespace tandem::widgets
