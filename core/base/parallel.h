// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>

namespace tandem {

/// Number of hardware threads, at least 1.
int hardwareThreads();

/// Calls body(index, worker) for every index in [0, count), on at most `threads` oneTBB workers (0: all).
/// `worker` is in [0, threads) and no two concurrent calls share it, so it may index per-worker scratch
/// space. Which worker takes which index is not fixed: results must not depend on it. An exception of any
/// call is rethrown here.
void parallelFor(std::size_t count, int threads,
                 const std::function<void(std::size_t index, int worker)>& body);

} // namespace tandem
