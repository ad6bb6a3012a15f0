// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/run/runner.h"
#include "tests/core/support/synthetic_problem.h"

#include <chrono>
#include <thread>

namespace tandem::engine::test {

inline constexpr std::size_t kChoices = 24;

/// ZDT1 with 16 parameters; one constraint (lut, the sum of choices, at most 12) is the device's.
inline Problem gridProblem(std::uint64_t seed = 1) {
    Problem problem;
    problem.space = tandem::test::gridSpace(16, kChoices);
    problem.objectives = {{point::Metric::LatencyMs, false}, {point::Metric::EnergyMj, false}};
    problem.fixedConstraints = {{point::Metric::Lut, point::Relation::AtMost, 12.0}};
    problem.seed = seed;
    problem.evaluate = [](const point::Encoding& encoding) { return tandem::test::zdt1(encoding, kChoices); };
    return problem;
}

inline Budget evaluations(std::uint64_t count, int threads = 2) {
    return {count, 0.0, threads};
}

/// Returns once the runner knows `count` points (or stands).
inline void waitForPoints(const SearchRunner& runner, std::size_t count) {
    while (true) {
        const auto snapshot = runner.snapshot();
        if (snapshot->points.size() >= count || snapshot->state == State::Failed) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

inline std::vector<point::Encoding> encodingsOf(const Snapshot& snapshot) {
    std::vector<point::Encoding> encodings;
    for (std::size_t id = 0; id < snapshot.points.size(); ++id) {
        encodings.push_back(snapshot.points[id].encoding);
    }
    return encodings;
}

} // namespace tandem::engine::test
