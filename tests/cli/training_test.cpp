// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/cli_runner.h"
#include "tests/core/support/idx_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

const std::string kSample = std::string(TANDEM_SOURCE_DIR) + "/resources/sample/fashion_small.onnx";

std::string contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Two equal studies of the sample on a small data set, with a few points.
class Training : public testing::Test {
  protected:
    void SetUp() override {
        const fs::path data = folder_.path() / "bands";
        fs::create_directory(data);
        writeBands(data, "train", 1200, 28, 10);
        writeBands(data, "t10k", 200, 28, 10);
        const CliResult searched =
            runCli({"search", kSample, "--device", "pynq-z1", "--study", whole_.string(), "--data",
                    data.string(), "--evaluations", "50", "--seed", "5", "--pin", "hw.template=pipeline"});
        ASSERT_EQ(searched.exitCode, 0) << searched.output;
        fs::copy_file(whole_, killed_);
    }

    std::vector<std::string> trainCommand(const fs::path& study) const {
        return {"train",
                study.string(),
                "--point",
                "3",
                "--epochs",
                "6",
                "--batch",
                "32",
                "--distill",
                "0.5",
                "--learning-rate",
                "0.01",
                "--checkpoint-seconds",
                "0",
                "--json"};
    }

    /// Of the supernet instead.
    static std::vector<std::string> supernetCommand(const fs::path& study) {
        return {"train", study.string(),         "--supernet", "--epochs", "2",  "--batch",
                "32",    "--checkpoint-seconds", "0",          "--judge",  "10", "--json"};
    }

    /// The weights of the exported C++.
    std::string weightsOf(const fs::path& study) const {
        const fs::path to = folder_.path() / (study.stem().string() + "-export");
        const CliResult exported =
            runCli({"export", study.string(), "--point", "3", "--to", to.string(), "--only", "cpp"});
        EXPECT_EQ(exported.exitCode, 0) << exported.output;
        return contents(to / "cpp/weights.cpp");
    }

    ScratchFolder folder_;
    fs::path whole_ = folder_.path() / "whole.tandem", killed_ = folder_.path() / "killed.tandem";
};

/// Kills a training once it has told of a step, and gives what it told.
std::string trainAndKill(std::vector<std::string> command) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) {
        return {};
    }
    command.insert(command.begin(), TANDEM_CLI);
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        std::vector<char*> arguments;
        for (std::string& argument : command) {
            arguments.push_back(argument.data());
        }
        arguments.push_back(nullptr);
        execv(arguments[0], arguments.data());
        _exit(127);
    }
    close(ends[1]);
    std::string told;
    std::array<char, 256> buffer{};
    while (told.find("step 1/") == std::string::npos) {
        const ssize_t got = read(ends[0], buffer.data(), buffer.size());
        if (got <= 0) {
            break;
        }
        told.append(buffer.data(), static_cast<std::size_t>(got));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1500)); // some steps more, and a save
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    close(ends[0]);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it must still train when it is killed: " << told;
    return told;
}

TEST_F(Training, GoesOnAfterItWasKilledAsIfNothingHadHappened) {
    const CliResult whole = runCli(trainCommand(whole_));
    ASSERT_EQ(whole.exitCode, 0) << whole.output;
    EXPECT_EQ(whole.json().at("source"), "measured");
    trainAndKill(trainCommand(killed_));
    const CliResult resumed = runCli(trainCommand(killed_));
    ASSERT_EQ(resumed.exitCode, 0) << resumed.output;
    EXPECT_THAT(resumed.output, testing::Not(testing::HasSubstr("step 1/"))); // it did not begin anew
    EXPECT_EQ(resumed.json().at("test_accuracy"), whole.json().at("test_accuracy"));
    EXPECT_EQ(weightsOf(killed_), weightsOf(whole_));
}

TEST_F(Training, OfTheSupernetGoesOnAfterItWasKilledToo) {
    const CliResult whole = runCli(supernetCommand(whole_));
    ASSERT_EQ(whole.exitCode, 0) << whole.output;
    EXPECT_EQ(whole.json().at("source"), "supernet");
    trainAndKill(supernetCommand(killed_));
    const CliResult resumed = runCli(supernetCommand(killed_));
    ASSERT_EQ(resumed.exitCode, 0) << resumed.output;
    EXPECT_THAT(resumed.output, testing::Not(testing::HasSubstr("step 1/"))); // it did not begin anew
    for (const char* figure : {"largest_network_accuracy", "smallest_network_accuracy"}) {
        EXPECT_EQ(resumed.json().at(figure), whole.json().at(figure));
    }
    for (const fs::path& study : {whole_, killed_}) {
        const CliResult tuned = runCli({"train", study.string(), "--point", "3", "--epochs", "1", "--json"});
        ASSERT_EQ(tuned.exitCode, 0) << tuned.output;
        EXPECT_EQ(tuned.json().at("from_supernet"), true);
    }
    EXPECT_EQ(weightsOf(killed_), weightsOf(whole_));
    EXPECT_GE(whole.json().at("judged_networks"), 10);
    const CliResult evaluated = runCli({"evaluate", whole_.string(), "--point", "3", "--proxies", "--json"});
    ASSERT_EQ(evaluated.exitCode, 0) << evaluated.output;
    EXPECT_GE(evaluated.json().at("proxies").at("synflow").at("ranking").at("networks"), 8);
    EXPECT_EQ(evaluated.json().at("training_curve").size(), 1U);
}

TEST_F(Training, GoesThroughTheFront) {
    const std::vector<std::string> command{"train", whole_.string(), "--front", "2", "--epochs",
                                           "1",     "--json"};
    const CliResult first = runCli(command);
    ASSERT_EQ(first.exitCode, 0) << first.output;
    ASSERT_EQ(first.json().size(), 2U);
    const CliResult second = runCli(command);
    ASSERT_EQ(second.exitCode, 0) << second.output;
    ASSERT_GE(second.json().size(), 1U);
    std::set<int> points;
    for (const CliResult& result : {first, second}) {
        for (const auto& trained : result.json()) {
            EXPECT_TRUE(points.insert(trained.at("point").get<int>()).second) << "trained twice";
            EXPECT_EQ(trained.at("source"), "measured");
        }
    }
}

TEST_F(Training, OfNoPointAndWithoutDataIsRefused) {
    const CliResult none = runCli({"train", whole_.string(), "--point", "5000"});
    EXPECT_EQ(none.exitCode, 2);
    EXPECT_THAT(none.output, testing::HasSubstr("5000"));
    const fs::path without = folder_.path() / "without.tandem";
    runCli({"search", kSample, "--device", "pynq-z1", "--study", without.string(), "--evaluations", "20"});
    const CliResult refused = runCli({"train", without.string(), "--point", "3"});
    EXPECT_EQ(refused.exitCode, 2);
    EXPECT_THAT(refused.output, testing::HasSubstr("--data"));
}

} // namespace
} // namespace tandem::test
