// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <utility>

namespace tandem {

/// Number of hardware threads, at least 1.
int hardwareThreads();

/// On how many threads work may be done, and a wish to stop it. Work that is asked to stop ends within a
/// moment by an Error of kind Cancelled.
struct Workers {
    // A number of threads is all that most callers have to say.
    Workers(int wanted = 0, std::stop_token stop = {}) : threads(wanted), cancel(std::move(stop)) {}

    int threads; ///< 0: all
    std::stop_token cancel;

    int count() const { return threads > 0 ? threads : hardwareThreads(); }
    /// One of them, with the same wish.
    Workers one() const { return {1, cancel}; }
};

/// Throws Error (Cancelled) where it was asked to stop.
void stopIfAsked(const std::stop_token& cancel);

/// Calls body(index, worker) for every index in [0, count), on at most `workers.count()` oneTBB workers.
/// `worker` is in [0, workers.count()) and no two concurrent calls share it, so it may index per-worker
/// scratch space. Which worker takes which index is not fixed: results must not depend on it. An exception of
/// any call is rethrown here. Throws Error (Cancelled) where it was asked to stop between calls.
void parallelFor(std::size_t count, const Workers& workers,
                 const std::function<void(std::size_t index, int worker)>& body);

} // namespace tandem
