// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/cli_runner.h"
#include "tests/core/support/idx_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::test {
namespace {

using testing::HasSubstr;

TEST(Assemble, EveryBundleMakesASearchableNetwork) {
    const ScratchFolder folder;
    const std::string model = (folder.path() / "net.onnx").string();
    for (const char* bundle : {"conv1", "conv7", "dw3", "dw5+conv1", "conv1+dw7", "conv3+conv1"}) {
        const CliResult made = runCli({"assemble", model, "--bundle", bundle, "--input", "1x20x16",
                                       "--classes", "7", "--channels", "8,16", "--json"});
        ASSERT_EQ(made.exitCode, 0) << made.output;
        EXPECT_EQ(made.json().at("bundle"), bundle);
        const CliResult inspected = runCli({"inspect", model, "--json"});
        ASSERT_EQ(inspected.exitCode, 0) << inspected.output;
        EXPECT_EQ(inspected.json().at("macs"), made.json().at("macs"));
        EXPECT_GE(inspected.json().at("bundles").size(), 4U) << inspected.output;
    }
}

TEST(Assemble, ItsSupernetLearnsFromScratch) {
    const ScratchFolder folder;
    const std::filesystem::path data = folder.path() / "bands";
    std::filesystem::create_directory(data);
    writeBands(data, "train", 1200, 28, 10);
    writeBands(data, "t10k", 200, 28, 10);
    const std::string model = (folder.path() / "net.onnx").string(),
                      study = (folder.path() / "s.tandem").string();
    const CliResult made = runCli({"assemble", model, "--bundle", "dw3+conv1", "--data", data.string(),
                                   "--channels", "8,16", "--down", "stride", "--json"});
    ASSERT_EQ(made.exitCode, 0) << made.output;
    EXPECT_EQ(made.json().at("input"), nlohmann::json({1, 1, 28, 28}));
    const CliResult searched = runCli({"search", model, "--device", "pynq-z1", "--study", study, "--data",
                                       data.string(), "--evaluations", "60", "--seed", "2"});
    ASSERT_EQ(searched.exitCode, 0) << searched.output;
    const CliResult trained = runCli({"train", study, "--supernet", "--epochs", "10", "--batch", "32",
                                      "--learning-rate", "0.1", "--judge", "8", "--json"});
    ASSERT_EQ(trained.exitCode, 0) << trained.output;
    EXPECT_GT(trained.json().at("largest_network_accuracy").get<double>(), 50.0) << trained.output;
}

TEST(Assemble, WrongInputIsNamed) {
    for (const auto& [option, value, said] :
         {std::tuple{"--bundle", "conv4", "conv4"}, std::tuple{"--input", "3x32", "--input '3x32'"},
          std::tuple{"--input", "3x2x2", "fewer stages"}, std::tuple{"--down", "left", "left"},
          std::tuple{"--data", "/no/such/folder", "/no/such/folder"}}) {
        const CliResult result = runCli({"assemble", "/tmp/never.onnx", option, value});
        EXPECT_EQ(result.exitCode, 2) << result.output;
        EXPECT_THAT(result.output, HasSubstr(said));
    }
}

} // namespace
} // namespace tandem::test
