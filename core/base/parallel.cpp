// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace tandem {

int hardwareThreads() {
    return std::max(1, tbb::this_task_arena::max_concurrency());
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
    tbb::task_arena arena(wanted);
    arena.execute([&] {
        tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
            stopIfAsked(workers.cancel);
            body(i, tbb::this_task_arena::current_thread_index());
        });
    });
}

} // namespace tandem
