// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/engine/run/runner.h"
#include "tests/core/engine/run/synthetic_runner.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace tandem::engine {
namespace {

using Clock = std::chrono::steady_clock;

/// Runs the child for some milliseconds after its first commit, kills it, and returns the last number of
/// committed points that it wrote.
std::uint64_t searchAndKill(const std::filesystem::path& study, int milliseconds) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) {
        return 0;
    }
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(TANDEM_SEARCHING_CHILD, TANDEM_SEARCHING_CHILD, study.c_str(), nullptr);
        _exit(127);
    }
    close(ends[1]);
    std::string output;
    std::array<char, 4096> buffer{};
    // The first line may take long under a sanitizer.
    auto end = Clock::now() + std::chrono::seconds(60);
    while (Clock::now() < end) {
        pollfd waiting{ends[0], POLLIN, 0};
        if (poll(&waiting, 1, 1) > 0) {
            const ssize_t got = read(ends[0], buffer.data(), buffer.size());
            if (got <= 0) {
                break;
            }
            if (output.empty()) {
                end = Clock::now() + std::chrono::milliseconds(milliseconds);
            }
            output.append(buffer.data(), static_cast<std::size_t>(got));
        }
    }
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child must still search when it is killed";
    for (ssize_t got = 1; got > 0;) {
        got = read(ends[0], buffer.data(), buffer.size());
        output.append(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    close(ends[0]);
    // The last whole line.
    const std::size_t last = output.rfind('\n');
    const std::size_t before =
        last == std::string::npos || last == 0 ? std::string::npos : output.rfind('\n', last - 1);
    return last == std::string::npos
               ? 0
               : std::strtoull(output.c_str() + (before == std::string::npos ? 0 : before + 1), nullptr, 10);
}

TEST(Crash, TwentyKillsLoseNoCommittedPointAndTheSearchGoesOn) {
    const tandem::test::TemporaryFolder folder;
    const auto study = folder.path() / "crashed.tandem";
    Random random(2026);
    std::uint64_t known = 0;
    for (int round = 0; round < 20; ++round) {
        const std::uint64_t committed = searchAndKill(study, 20 + static_cast<int>(random.below(250)));
        ASSERT_GT(committed, known) << "round " << round << ": the search must get on";
        auto file = store::StudyFile::open(study);
        ASSERT_TRUE(file->wasCrashed());
        std::uint64_t found = 0;
        file->readPoints([&](std::vector<point::Point>&& points) { found += points.size(); });
        ASSERT_GE(found, committed) << "round " << round;
        known = found;
    }
    // The whole of it is what an uninterrupted search with the same command gives.
    SearchRunner resumed(test::gridProblem(), store::StudyFile::open(study));
    const auto snapshot = resumed.snapshot();
    ASSERT_EQ(snapshot->epochs.size(), 2U);
    const point::PointId steered = snapshot->epochs[1].firstPoint;
    SearchRunner whole(test::gridProblem());
    whole.start(test::evaluations(steered));
    whole.wait();
    whole.submit(Bound{"p0", "2", "20"});
    whole.start(test::evaluations(snapshot->points.size()));
    whole.wait();
    EXPECT_EQ(test::encodingsOf(*snapshot), test::encodingsOf(*whole.snapshot()));
    EXPECT_EQ(snapshot->front, whole.snapshot()->front);
    RecordProperty("points", static_cast<int>(known));
}

} // namespace
} // namespace tandem::engine
