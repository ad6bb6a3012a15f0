// SPDX-License-Identifier: GPL-3.0-or-later
// Searches into the study file it is given, and writes the number of committed points to standard output
// after every commit it notices, until it is killed.
#include "tests/core/engine/run/synthetic_runner.h"

#include <unistd.h>

#include <cstdio>

int main(int, char** arguments) {
    using namespace tandem;
    const std::filesystem::path path = arguments[1];
    auto file = std::filesystem::exists(path) ? store::StudyFile::open(path) : store::StudyFile::create(path);
    engine::Problem problem = engine::test::gridProblem();
    problem.evaluate = [evaluate = problem.evaluate](const point::Encoding& encoding) {
        std::this_thread::sleep_for(std::chrono::microseconds(20)); // so that the study stays small
        return evaluate(encoding);
    };
    engine::SearchRunner runner(problem, std::move(file));
    runner.start({0, 0.0, 2});
    std::uint64_t last = runner.file()->committedPoints();
    bool steered = runner.snapshot()->epoch > 0;
    while (true) {
        const std::uint64_t committed = runner.file()->committedPoints();
        if (committed != last) {
            last = committed;
            const std::string line = std::to_string(committed) + "\n";
            if (write(STDOUT_FILENO, line.data(), line.size()) < 0) {
                return 1;
            }
        }
        if (last > 3000 && !steered) {
            steered = true;
            runner.submit(engine::Bound{"p0", "2", "20"});
        }
        std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
}
