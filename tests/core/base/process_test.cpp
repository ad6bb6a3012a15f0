// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/process.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace tandem {
namespace {

TEST(Process, GivesOutputAndExitCode) {
    const ProcessResult result = runProcess({"sh", "-c", "pwd; echo oops >&2; exit 3"}, "/usr", 10.0);
    EXPECT_EQ(result.exitCode, 3);
    EXPECT_EQ(result.output, "/usr\noops\n");
    EXPECT_FALSE(result.timedOut);
}

TEST(Process, KillsTheWholeGroupAtTheTimeLimit) {
    const ProcessResult result = runProcess({"sh", "-c", "sleep 30 & sleep 30"}, ".", 0.2);
    EXPECT_TRUE(result.timedOut);
    EXPECT_LT(result.seconds, 10.0);
}

TEST(Process, TheTimeLimitHoldsForAProgramThatClosesItsOutput) {
    const ProcessResult result = runProcess({"sh", "-c", "exec >&- 2>&-; sleep 30"}, ".", 0.2);
    EXPECT_TRUE(result.timedOut);
    EXPECT_LT(result.seconds, 10.0);
}

/// Whether any process has these words on its command line.
bool isRunning(const std::string& words) {
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::ifstream file(entry.path() / "cmdline");
        std::string line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        std::ranges::replace(line, '\0', ' ');
        if (line.starts_with(words)) {
            return true;
        }
    }
    return false;
}

TEST(Process, IsCancelledAtOnceWithItsWholeGroup) {
    std::stop_source source;
    const std::jthread canceller([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        source.request_stop();
    });
    ProcessLimits limits;
    limits.cancel = source.get_token();
    // The grandchild keeps the pipe open, too.
    const ProcessResult result =
        runProcess({"sh", "-c", "sleep 97531 & echo begun; sleep 97531"}, ".", limits);
    EXPECT_TRUE(result.wasCancelled);
    EXPECT_FALSE(result.timedOut);
    EXPECT_EQ(result.output, "begun\n");
    EXPECT_LT(result.seconds, 5.0);
    for (int i = 0; i < 100 && isRunning("sleep 97531"); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_FALSE(isRunning("sleep 97531"));
}

TEST(Process, CancelledBeforeItBeginsItDoesNotRunOn) {
    std::stop_source source;
    source.request_stop();
    ProcessLimits limits;
    limits.cancel = source.get_token();
    EXPECT_TRUE(runProcess({"sleep", "30"}, ".", limits).wasCancelled);
}

TEST(Process, KeepsTheEndOfAnEndlessOutput) {
    ProcessLimits limits;
    limits.outputBytes = 10000;
    const ProcessResult result = runProcess({"sh", "-c", "seq 1 200000; echo the end"}, ".", limits);
    EXPECT_EQ(result.exitCode, 0);
    EXPECT_LT(result.output.size(), 10100U);
    EXPECT_GT(result.output.size(), 5000U);
    EXPECT_TRUE(result.output.ends_with("200000\nthe end\n"));
    EXPECT_NE(result.output.find("bytes before this are left out"), std::string::npos);
}

TEST(Process, MissingProgramIsNamed) {
    EXPECT_TRUE(findProgram("no-such-program-here").empty());
    try {
        runProcess({"no-such-program-here"}, ".", 1.0);
        FAIL() << "started a program that does not exist";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("no-such-program-here"), std::string::npos);
        EXPECT_EQ(error.kind(), ErrorKind::Work);
    }
}

} // namespace
} // namespace tandem
