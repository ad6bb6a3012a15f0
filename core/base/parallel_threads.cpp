// SPDX-License-Identifier: GPL-3.0-or-later
// parallel.h on std::thread, for the thread sanitizer: the distribution's oneTBB is not instrumented, so that
// the sanitizer cannot see what its scheduler orders and reports races that are none.
#include "core/base/parallel.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace tandem {

int hardwareThreads() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallelFor(std::size_t count, const Workers& workers,
                 const std::function<void(std::size_t, int)>& body) {
    const int wanted = workers.count();
    if (wanted == 1 || count < 2) {
        for (std::size_t i = 0; i < count; ++i) {
            stopIfAsked(workers.cancel);
            body(i, 0);
        }
        return;
    }
    std::atomic<std::size_t> next = 0;
    std::exception_ptr failure;
    std::mutex failureLock;
    const auto work = [&](int worker) {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                stopIfAsked(workers.cancel);
                body(i, worker);
            } catch (...) {
                const std::scoped_lock lock(failureLock);
                failure = failure ? failure : std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (int worker = 1; worker < wanted; ++worker) {
            others.emplace_back(work, worker);
        }
        work(0);
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace tandem
