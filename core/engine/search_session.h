// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/run/budget.h"
#include "core/engine/run/command.h"
#include "core/engine/run/snapshot.h"

#include <memory>

namespace tandem::engine {

/// The search of a study and its steering. One controlling thread calls the methods while the search runs;
/// snapshot() and preview() may be called from any thread.
class SearchSession {
  public:
    virtual ~SearchSession() = default;

    /// Starts or goes on; returns at once. The first start measures the network (seconds, the snapshot's
    /// message says how far), which does not count as search time.
    virtual void start(const Budget& budget) = 0;
    virtual void pause() = 0;
    /// Blocks until the budget is used up, pause() was called, or the search failed (then throws its Error).
    virtual void wait() = 0;

    /// Checks the command, then queues it; every point asked for after this returns obeys it. Throws Error
    /// (Input) where the command cannot be obeyed.
    virtual void submit(const Command& command) = 0;
    virtual Preview preview(const Command& command) const = 0;

    virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
};

} // namespace tandem::engine
