// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>

namespace tandem {
namespace {

TEST(ParallelFor, VisitsEveryIndexOnce) {
    for (const int threads : {1, 2, 4}) {
        std::vector<std::atomic<int>> visits(1000);
        parallelFor(visits.size(), threads, [&](std::size_t i, int worker) {
            EXPECT_GE(worker, 0);
            EXPECT_LT(worker, threads);
            ++visits[i];
        });
        EXPECT_TRUE(std::ranges::all_of(visits, [](const auto& count) { return count == 1; }));
    }
}

TEST(ParallelFor, RethrowsTheError) {
    EXPECT_THROW(parallelFor(100, 2,
                             [](std::size_t i, int) {
                                 if (i == 50) {
                                     throw workError("index {}", i);
                                 }
                             }),
                 Error);
}

TEST(ParallelFor, EndsWhenItIsAskedToStop) {
    for (const int threads : {1, 2}) {
        std::stop_source stop;
        std::atomic<int> calls = 0;
        try {
            parallelFor(100'000, {threads, stop.get_token()}, [&](std::size_t, int) {
                if (++calls == 10) {
                    stop.request_stop();
                }
            });
            FAIL() << "it went on";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
        }
        EXPECT_LT(calls, 100);
    }
}

} // namespace
} // namespace tandem
