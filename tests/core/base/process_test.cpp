// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/process.h"

#include <gtest/gtest.h>

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
