// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/export.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/package/manifest.h"
#include "core/codegen/package/tool_flags.h"
#include "core/codegen/text_files.h"
#include "core/codegen/verify/synthesis.h"
#include "core/hw/pipeline/accelerator.h"
#include "core/hw/workload/workload_of.h"
#include "core/onnx/importer.h"
#include "tests/core/support/random_integer_network.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <thread>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kResources = fs::path(TANDEM_SOURCE_DIR) / "resources";

class ExportTest : public testing::Test {
  protected:
    test::TemporaryFolder scratch;
    /// A path that stops GNU make and scripts where they meet it.
    const fs::path folder = scratch.path() / "the user's export (1)";

    static ExportInput input(std::uint64_t seed = 11) {
        Random random(seed);
        test::RandomNetworkShape shape;
        shape.layers = 4;
        shape.channels = 4;
        test::RandomNetwork maker(random, shape);
        ExportInput made;
        made.network = maker.make();
        const hw::Workload workload = hw::workloadOf(made.network);
        made.accelerator = hw::pipeline::Pipeline(workload, hw::pipeline::allocate(workload, 1));
        made.goldenInputs = {maker.input(), maker.input(), maker.input()};
        made.report.network = "random";
        made.report.device = "pynq-z1";
        made.report.point = "7";
        return made;
    }

    /// The first random network that is as wanted.
    static ExportInput firstInput(const std::function<bool(const ExportInput&)>& isWanted) {
        for (std::uint64_t seed = 11;; ++seed) {
            ExportInput made = input(seed);
            if (isWanted(made)) {
                return made;
            }
        }
    }

    static const Check* find(const Verification& verification, const std::string& item) {
        for (const Check& check : verification.checks) {
            if (check.item == item) {
                return &check;
            }
        }
        return nullptr;
    }

    void write(const ExportParts& parts = {}) { exportPoint(input(), parts, kResources, folder); }
};

TEST_F(ExportTest, HoldsWhatItsManifestPromises) {
    std::vector<std::string> told;
    exportPoint(input(), {}, kResources, folder,
                [&](const std::string& what, double) { told.push_back(what); });
    EXPECT_GE(told.size(), 4U);
    for (const char* file :
         {"cpp/network.cpp", "rtl/Makefile", "model.onnx", "report.html", "manifest.json"}) {
        EXPECT_TRUE(fs::exists(folder / file)) << file;
    }
    EXPECT_NO_THROW(onnx::importOnnx(folder / "model.onnx"));
    VerifyOptions options;
    options.synthesize = false;
    const Verification verification = verify(folder, options);
    for (const Check& check : verification.checks) {
        EXPECT_TRUE(check.passed.value_or(true))
            << check.item << ": " << check.expected << " / " << check.found;
    }
    EXPECT_TRUE(verification.passed());
    EXPECT_FALSE(fs::exists(folder / "rtl/build") || fs::exists(folder / "cpp/build")) << "left behind";
    ASSERT_NE(find(verification, "C++ outputs"), nullptr);
    EXPECT_THAT(find(verification, "C++ outputs")->found, HasSubstr("3 of 3 vectors exact"));
    for (const char* item : {"C++ layers", "RTL layers, Verilator", "RTL layers, Icarus Verilog"}) {
        if (find(verification, item) != nullptr) {
            EXPECT_EQ(find(verification, item)->found, "every CRC-32 as promised") << item;
        }
    }
    EXPECT_EQ(toJson(verification)["passed"], true);
}

TEST_F(ExportTest, VerificationNoticesChangedWeights) {
    write({true, false, false, false});
    const fs::path weights = folder / "cpp/weights.cpp";
    std::string text = readText(weights);
    const std::size_t bias = text.find("_bias[");
    const std::size_t first = text.find("{\n", bias) + 2;
    text.insert(first, "    9999999 +");
    writeText(weights, text);
    const Verification verification = verify(folder);
    EXPECT_FALSE(verification.passed());
    EXPECT_EQ(find(verification, "files as exported")->passed, false);
    EXPECT_THAT(find(verification, "files as exported")->found, HasSubstr("cpp/weights.cpp"));
}

/// Turns every bit of a memory image around.
void corrupt(const fs::path& image) {
    std::string text = readText(image);
    for (char& c : text) {
        const std::string_view digits = "0123456789abcdef";
        const std::size_t digit = digits.find(c);
        c = digit == std::string_view::npos ? c : digits[15 - digit];
    }
    writeText(image, text);
}

/// The kind of the Error that this ends with.
ErrorKind failureOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind();
    }
    ADD_FAILURE() << "it went on to the end";
    return ErrorKind::Work;
}

TEST_F(ExportTest, CancelledLeavesNothingBehind) {
    std::stop_source stop;
    const auto atRtl = [&](const std::string& what, double) {
        if (what == "writing RTL") {
            stop.request_stop();
        }
    };
    EXPECT_EQ(failureOf([&] { exportPoint(input(), {}, kResources, folder, atRtl, stop.get_token()); }),
              ErrorKind::Cancelled);
    EXPECT_FALSE(fs::exists(folder));
    fs::create_directories(folder);
    EXPECT_EQ(failureOf([&] { exportPoint(input(), {}, kResources, folder, {}, stop.get_token()); }),
              ErrorKind::Cancelled);
    EXPECT_TRUE(fs::is_empty(folder)) << "a folder that was there stays";
}

TEST_F(ExportTest, AnEarlierExportStaysUntilTheNextIsWhole) {
    write();
    writeText(folder / ".unfinished" / "manifest.json", "of a program that was killed");
    const std::string earlier = readText(folder / "manifest.json");
    std::stop_source stop;
    const auto atTheEnd = [&](const std::string& what, double) {
        if (what == "writing the report") {
            stop.request_stop();
        }
    };
    const auto again = [&] { exportPoint(input(), {}, kResources, folder, atTheEnd, stop.get_token()); };
    EXPECT_EQ(failureOf(again), ErrorKind::Cancelled);
    EXPECT_EQ(readText(folder / "manifest.json"), earlier);
    EXPECT_EQ(fileHashes(folder), readManifest(folder).files);
    EXPECT_FALSE(fs::exists(folder / ".unfinished"));

    exportPoint(input(), {.rtl = false, .onnx = false}, kResources, folder);
    EXPECT_FALSE(fs::exists(folder / "rtl")) << "of the earlier export";
    EXPECT_EQ(fileHashes(folder), readManifest(folder).files);
    EXPECT_FALSE(fs::exists(folder / ".unfinished"));
}

TEST_F(ExportTest, VerificationStopsInTheMiddleOfATool) {
    if (findProgram("verilator").empty()) {
        GTEST_SKIP() << "verilator is not installed";
    }
    write({false, true, false, false});
    std::stop_source stop;
    VerifyOptions options;
    options.cancel = stop.get_token();
    std::jthread canceller;
    const auto soon = [&](const std::string& what, double) {
        if (what == "building the simulator with Verilator") {
            canceller = std::jthread([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
                stop.request_stop();
            });
        }
    };
    EXPECT_EQ(failureOf([&] { verify(folder, options, soon); }), ErrorKind::Cancelled);
    EXPECT_FALSE(fs::exists(folder / "rtl/build"));
    EXPECT_FALSE(fs::exists(folder / "verification.json"));
}

TEST_F(ExportTest, VerificationLeavesOutWhatWouldTakeTooLongAndSaysSo) {
    if (findProgram("iverilog").empty() || findProgram("yosys").empty()) {
        GTEST_SKIP() << "iverilog or yosys is not installed";
    }
    write({false, true, false, false});
    VerifyOptions options;
    options.icarusSeconds = 1e-6;
    options.synthesisSeconds = 0.05;
    std::vector<std::string> told;
    const Verification verification =
        verify(folder, options, [&](const std::string& what, double) { told.push_back(what); });
    const Check* icarus = find(verification, "RTL outputs, Icarus Verilog");
    const Check* synthesis = find(verification, "synthesis");
    ASSERT_TRUE(icarus != nullptr && synthesis != nullptr);
    EXPECT_FALSE(icarus->passed || synthesis->passed);
    EXPECT_THAT(icarus->found, HasSubstr("it would take more than"));
    EXPECT_THAT(synthesis->found, HasSubstr("Yosys"));
    options.icarusSeconds = 1000;
    options.synthesisSeconds = 100;
    verify(folder, options, [&](const std::string& what, double) { told.push_back(what); });
    EXPECT_THAT(told, testing::Contains(testing::StartsWith("simulating with Icarus Verilog, about ")));
    EXPECT_THAT(told, testing::Contains(testing::HasSubstr("with Yosys for Xilinx 7 series, about ")));
}

/// Whether a layer is a convolution whose result depends on the input: other constants then show.
bool isLively(const ExportInput& exported, std::size_t layer) {
    if (!std::holds_alternative<quant::ConvolutionLayer>(exported.network.layers[layer].op)) {
        return false;
    }
    const std::vector<std::uint32_t> sums = layerChecksums(exported.network, exported.goldenInputs)[layer];
    return sums[0] != sums[1] && sums[1] != sums[2] && sums[0] != sums[2];
}

TEST_F(ExportTest, VerificationNamesTheLayerWhereTheRtlStartsToDiffer) {
    if (findProgram("verilator").empty() || findProgram("iverilog").empty()) {
        GTEST_SKIP() << "verilator or iverilog is not installed";
    }
    VerifyOptions options;
    options.synthesize = false;
    // A network with a convolution that other layers stand around.
    const ExportInput exported = firstInput(
        [](const ExportInput& made) { return made.network.layers.size() > 2 && isLively(made, 1); });
    for (const std::string what : {"weights", "scale"}) {
        exportPoint(exported, {false, true, false, false}, kResources, folder);
        corrupt(folder / "rtl/mem" / fmt::format("l1_{}.hex", what));
        const Verification verification = verify(folder, options);
        EXPECT_FALSE(verification.passed());
        for (const char* item : {"RTL layers, Verilator", "RTL layers, Icarus Verilog"}) {
            ASSERT_NE(find(verification, item), nullptr) << item;
            EXPECT_THAT(
                find(verification, item)->found,
                HasSubstr(fmt::format("starts to differ at layer 1 ({})", exported.network.layers[1].name)))
                << what;
        }
    }
}

std::size_t lastConvolution(const ExportInput& exported) {
    const auto& layers = exported.network.layers;
    std::size_t last = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        last = std::holds_alternative<quant::ConvolutionLayer>(layers[l].op) ? l : last;
    }
    return last;
}

TEST_F(ExportTest, VerificationNamesTheLayerWhereTheCppStartsToDiffer) {
    const ExportInput exported =
        firstInput([](const ExportInput& made) { return isLively(made, lastConvolution(made)); });
    exportPoint(exported, {true, false, false, false}, kResources, folder);
    const fs::path weights = folder / "cpp/weights.cpp";
    std::string text = readText(weights);
    const std::size_t bias = text.rfind("_bias[");
    text.insert(text.find("{\n", bias) + 2, "    99999 +");
    writeText(weights, text);
    const std::size_t layer = lastConvolution(exported);
    const Verification verification = verify(folder);
    ASSERT_NE(find(verification, "C++ layers"), nullptr);
    EXPECT_THAT(find(verification, "C++ layers")->found,
                HasSubstr(fmt::format("starts to differ at layer {} ({})", layer,
                                      exported.network.layers[layer].name)));
}

/// The random network's smallest accelerator, for a family.
ExportInput smallFor(hw::DeviceFamily family, const std::string& part) {
    Random random(11);
    test::RandomNetworkShape shape;
    shape.layers = 1;
    shape.channels = 4;
    test::RandomNetwork maker(random, shape);
    ExportInput made;
    made.network = maker.make();
    const hw::Workload workload = hw::workloadOf(made.network);
    made.accelerator = hw::pipeline::Pipeline(workload, hw::pipeline::allocate(workload, 1'000'000));
    made.goldenInputs = {maker.input(), maker.input()};
    made.family = family;
    made.part = part;
    made.clockMhz = 1.0;
    return made;
}

TEST_F(ExportTest, VerificationPlacesAndRoutesAnIce40) {
    if (findProgram("yosys").empty() || findProgram("nextpnr-ice40").empty()) {
        GTEST_SKIP() << "yosys or nextpnr-ice40 is not installed";
    }
    exportPoint(smallFor(hw::DeviceFamily::Ice40, "iCE40UP5K-SG48"), {false, true, false, false}, kResources,
                folder);
    const Verification verification = verify(folder);
    for (const char* item : {"SB_MAC16", "SB_RAM40_4K", "fits, placed and routed", "clock, MHz"}) {
        ASSERT_NE(find(verification, item), nullptr) << item;
        EXPECT_EQ(find(verification, item)->passed, true) << item << ": " << find(verification, item)->found;
        EXPECT_THAT(find(verification, item)->found, HasSubstr("(measured")) << item;
    }
    EXPECT_THAT(find(verification, "fits, placed and routed")->found, HasSubstr("of 5280 logic cells"));
    EXPECT_EQ(find(verification, "clock, MHz")->expected, "1 (planned)");
    EXPECT_EQ(find(verification, "DSP48E1"), nullptr);

    ExportInput fast = smallFor(hw::DeviceFamily::Ice40, "iCE40HX8K-CT256");
    fast.clockMhz = 1000.0;
    fast.hasDsps = false;
    exportPoint(fast, {false, true, false, false}, kResources, folder);
    const Verification missed = verify(folder);
    EXPECT_EQ(find(missed, "clock, MHz")->passed, false);
    EXPECT_EQ(find(missed, "SB_MAC16")->found, "0 (measured)");
    EXPECT_EQ(find(missed, "SB_MAC16")->passed, true);
    EXPECT_FALSE(missed.passed());
}

TEST_F(ExportTest, VerificationMeasuresTheCellsOfAnAsic) {
    if (findProgram("yosys").empty() || !fs::exists(kStandardCells)) {
        GTEST_SKIP() << "yosys or the standard cells (Debian: qflow-tech-osu018) are not installed";
    }
    exportPoint(smallFor(hw::DeviceFamily::Asic, ""), {false, true, false, false}, kResources, folder);
    const Verification verification = verify(folder);
    ASSERT_NE(find(verification, "cell area, um2"), nullptr);
    EXPECT_THAT(find(verification, "cell area, um2")->found, HasSubstr("(measured, model"));
    for (const char* item : {"SRAM macro bits", "ROM macro bits"}) {
        ASSERT_NE(find(verification, item), nullptr) << item;
        EXPECT_EQ(find(verification, item)->passed, true)
            << find(verification, item)->expected << " / " << find(verification, item)->found;
    }
    EXPECT_EQ(find(verification, "clock, MHz"), nullptr) << "nothing measured it";
}

TEST_F(ExportTest, PartsCanBeChosen) {
    write(parseParts("onnx,report"));
    EXPECT_FALSE(fs::exists(folder / "cpp"));
    EXPECT_FALSE(fs::exists(folder / "rtl"));
    EXPECT_TRUE(fs::exists(folder / "model.onnx"));
    EXPECT_THROW(parseParts("cpp,verilog"), Error);
    write(parseParts("cpp")); // replaces the earlier export
    EXPECT_TRUE(fs::exists(folder / "cpp"));
    EXPECT_FALSE(fs::exists(folder / "model.onnx"));
}

TEST_F(ExportTest, NeverOverwritesOtherFiles) {
    writeText(folder / "thesis.txt", "three years of work");
    EXPECT_THROW(write(), Error);
    EXPECT_EQ(readText(folder / "thesis.txt"), "three years of work");
    EXPECT_THROW(verify(folder), Error) << "no export";
}

} // namespace
} // namespace tandem::codegen
