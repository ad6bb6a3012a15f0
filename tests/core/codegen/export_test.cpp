// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/codegen/export.h"
#include "core/codegen/text_files.h"
#include "core/hw/pipeline.h"
#include "core/hw/workload_of.h"
#include "core/onnx/importer.h"
#include "tests/core/support/random_integer_network.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kResources = fs::path(TANDEM_SOURCE_DIR) / "resources";

class ExportTest : public testing::Test {
  protected:
    test::TemporaryFolder scratch;
    const fs::path folder = scratch.path() / "export";

    static ExportInput input() {
        Random random(11);
        test::RandomNetworkShape shape;
        shape.layers = 4;
        shape.channels = 4;
        test::RandomNetwork maker(random, shape);
        ExportInput made;
        made.network = maker.make();
        made.parameters = hw::pipeline::allocate(hw::workloadOf(made.network), 1);
        made.goldenInputs = {maker.input(), maker.input(), maker.input()};
        made.report.network = "random";
        made.report.device = "pynq-z1";
        made.report.point = "7";
        return made;
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
    ASSERT_NE(find(verification, "C++ outputs"), nullptr);
    EXPECT_THAT(find(verification, "C++ outputs")->found, HasSubstr("3 of 3 vectors exact"));
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
