// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/cpp/cpp.h"
#include "core/codegen/text_files.h"
#include "tests/core/support/any_integer_network.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kLibrary = fs::path(TANDEM_SOURCE_DIR) / "resources/cpp";

ProcessResult buildAndRun(const fs::path& folder) {
    const ProcessResult built = runProcess({"c++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Wpedantic",
                                            "-Werror", "-fsanitize=undefined", "-fno-sanitize-recover=all",
                                            "network.cpp", "weights.cpp", "golden_test.cpp", "-o", "golden"},
                                           folder, 120);
    EXPECT_EQ(built.exitCode, 0) << built.output;
    return runProcess({(folder / "golden").string()}, folder, 60);
}

TEST(WriteCpp, RandomNetworksAreExactWhenCompiledAndRun) {
    const test::TemporaryFolder scratch;
    std::set<std::size_t> kinds;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        test::RandomIntegerNetwork make(1000 + seed);
        const quant::IntegerNetwork network = make.make(9, 14);
        for (const quant::IntegerLayer& layer : network.layers) {
            kinds.insert(layer.op.index());
        }
        std::vector<std::vector<std::int32_t>> inputs;
        for (int i = 0; i < 3; ++i) {
            inputs.push_back(make.input(network));
        }
        const fs::path folder = scratch.path() / std::to_string(seed);
        writeCpp(network, inputs, kLibrary, folder);
        const ProcessResult run = buildAndRun(folder);
        EXPECT_EQ(run.exitCode, 0) << "seed " << seed << ": " << run.output;
        EXPECT_THAT(run.output, HasSubstr("3 of 3 vectors exact"));
    }
    EXPECT_EQ(kinds.size(), std::variant_size_v<quant::IntegerOperator>) << "every kind was met";
}

TEST(WriteCpp, ItsTestFailsWhenAWeightIsChanged) {
    const test::TemporaryFolder scratch;
    test::RandomIntegerNetwork make(4);
    quant::IntegerNetwork network = make.make(1);
    while (!std::holds_alternative<quant::ConvolutionLayer>(network.layers.back().op) ||
           std::get<quant::ConvolutionLayer>(network.layers.back().op).weightBits < 8) {
        network = make.make(1);
    }
    auto& op = std::get<quant::ConvolutionLayer>(network.layers.back().op);
    op.requantization.multiplier.assign(op.requantization.multiplier.size(), 1);
    op.requantization.shift = {0};
    op.requantization.low = network.tensors.back().format.low();
    op.requantization.high = network.tensors.back().format.high();
    op.bias.assign(op.bias.size(), 0);
    const std::vector<std::vector<std::int32_t>> inputs = {make.input(network), make.input(network)};
    writeCpp(network, inputs, kLibrary, scratch.path());
    for (std::int32_t& bias : op.bias) {
        bias = 20000; // every output saturates
    }
    op.accumulatorBits = 32;
    writeText(scratch.path() / "weights.cpp", cppWeightsSource(network));
    EXPECT_EQ(buildAndRun(scratch.path()).exitCode, 1);
}

TEST(WriteCpp, NamesFromTheModelCannotBreakTheCode) {
    const test::TemporaryFolder scratch;
    test::RandomIntegerNetwork make(12);
    quant::IntegerNetwork network = make.make(3);
    network.name = "9 lives */ \\\nint main(){}";
    for (quant::IntegerLayer& layer : network.layers) {
        layer.name = "a/b:0 \"quoted\" \\\n#error broken";
    }
    writeCpp(network, std::vector<std::vector<std::int32_t>>{make.input(network)}, kLibrary, scratch.path());
    EXPECT_EQ(buildAndRun(scratch.path()).exitCode, 0);
    for (const char* file : {"network.h", "network.cpp", "weights.h", "weights.cpp", "golden_test.cpp",
                             "CMakeLists.txt", "README.md", "tandem_kernels.h"}) {
        EXPECT_THAT(readText(scratch.path() / file), HasSubstr("belongs to")) << file;
    }
}

TEST(WriteCpp, RefusesWhatItCannotWrite) {
    test::RandomIntegerNetwork make(2);
    const quant::IntegerNetwork network = make.make(2);
    EXPECT_THROW(writeCpp(network, {}, kLibrary, "/tmp"), Error);
    EXPECT_THROW(writeCpp(network, std::vector<std::vector<std::int32_t>>{make.input(network)}, kLibrary,
                          "/proc/nowhere"),
                 Error);
}

TEST(PlanWorkspace, LiveMapsNeverOverlap) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        test::RandomIntegerNetwork make(seed);
        const quant::IntegerNetwork network = make.make(9);
        const WorkspacePlan plan = planWorkspace(network);
        std::vector<int> written(network.tensors.size(), -1), read(network.tensors.size(), -1);
        for (int i = 0; i < static_cast<int>(network.layers.size()); ++i) {
            const quant::IntegerLayer& layer = network.layers[static_cast<std::size_t>(i)];
            written[static_cast<std::size_t>(layer.output)] = i;
            read[static_cast<std::size_t>(layer.output)] = i;
            for (const int input : layer.inputs) {
                read[static_cast<std::size_t>(input)] = i;
            }
        }
        for (std::size_t a = 0; a < plan.offset.size(); ++a) {
            for (std::size_t b = 0; b < a; ++b) {
                const bool together = plan.offset[a] >= 0 && plan.offset[b] >= 0 && written[a] <= read[b] &&
                                      written[b] <= read[a];
                const std::int64_t endA = plan.offset[a] + network.tensors[a].shape.count();
                const std::int64_t endB = plan.offset[b] + network.tensors[b].shape.count();
                EXPECT_FALSE(together && plan.offset[a] < endB && plan.offset[b] < endA) << "seed " << seed;
                EXPECT_LE(endA, std::max<std::int64_t>(plan.bytes, endA * (plan.offset[a] < 0)));
            }
        }
    }
}

TEST(Identifier, IsLegalWhateverTheName) {
    EXPECT_EQ(identifier("functional_1/conv2d_3/BiasAdd:0"), "functional_1_conv2d_3_biasadd_0");
    EXPECT_EQ(identifier("9 lives"), "n9_lives");
    EXPECT_EQ(identifier("***"), "network");
    EXPECT_LE(identifier(std::string(200, 'a')).size(), 40U);
}

} // namespace
} // namespace tandem::codegen
