// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <thread>

namespace tandem::cli {

/// Turns Ctrl-C (SIGINT) and SIGTERM into a wish to stop while it lives, at most one at a time. For commands
/// that have something to save or to tidy up, or run outside programs.
class Interruption {
  public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    std::stop_token token() const { return wish_.get_token(); }

  private:
    std::stop_source wish_;
    std::jthread watcher_;
};

} // namespace tandem::cli
