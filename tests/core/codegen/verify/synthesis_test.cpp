// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/package/synthesis_scripts.h"
#include "core/codegen/package/tool_flags.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"
#include "core/codegen/rtl/sample_design.h"
#include "core/codegen/text_files.h"
#include "core/codegen/verify/measured_design.h"
#include "core/codegen/verify/synthesis.h"
#include "core/hw/pipeline/netlist.h"
#include "core/hw/workload/workload_of.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = TANDEM_SOURCE_DIR;
const fs::path kCells = "/usr/share/yosys";

/// Feeds golden/inputs.hex to a synthesized tandem_top and compares what leaves it with golden/outputs.hex.
constexpr const char* kNetlistBench = R"(`timescale 1ns / 1ps
module netlist_tb;
    reg aclk = 0, aresetn = 0, in_valid = 0;
    reg [{0}:0] in[0:{2}];
    reg [{1}:0] out[0:{3}];
    wire in_ready, out_valid;
    wire [{1}:0] out_data;
    integer sent = 0, seen = 0, wrong = 0, cycle = 0;
    tandem_top dut (.aclk(aclk), .aresetn(aresetn), .s_axis_tvalid(in_valid), .s_axis_tready(in_ready),
                    .s_axis_tdata(in[sent]), .m_axis_tvalid(out_valid), .m_axis_tready(1'b1),
                    .m_axis_tdata(out_data), .m_axis_tlast());
    initial begin
        $readmemh("golden/inputs.hex", in);
        $readmemh("golden/outputs.hex", out);
        while (seen <= {3} && cycle < 200000) begin
            #5 aclk = 1;
            #5 aclk = 0;
            cycle = cycle + 1;
        end
        $display("seen %0d wrong %0d", seen, wrong);
        $finish;
    end
    always @(posedge aclk) begin
        aresetn <= cycle > 8;
        in_valid <= cycle > 12 && sent + (in_valid && in_ready) <= {2};
        if (in_valid && in_ready) sent <= sent < {2} ? sent + 1 : sent;
        if (out_valid === 1'b1) begin
            if (out_data !== out[seen]) wrong = wrong + 1;
            seen = seen + 1;
        end
    end
endmodule
)";

std::size_t linesOf(const fs::path& file) {
    std::ifstream text(file);
    std::size_t count = 0;
    for (std::string line; std::getline(text, line);) {
        count += line.empty() || line[0] == '/' ? 0 : 1;
    }
    return count;
}

/// What a synthesized sample computes, by the vendor's cells as Yosys models them.
std::string runNetlist(std::uint64_t seed, hw::DeviceFamily family, const fs::path& models) {
    const SampleDesign design = sampleDesign(seed);
    const test::TemporaryFolder folder;
    const std::vector<std::vector<std::int32_t>> inputs{design.input};
    writePipelineRtl(design.network, design.parameters, inputs, kRoot / "resources/rtl", folder.path());
    synthesizeRtl(folder.path(), family);
    // Registers start as 0, like those of the devices, not unknown as in the RTL.
    const std::string netlist = fmt::format("build/{}.v", familyScript(family));
    writeText(folder.path() / netlist,
              std::regex_replace(readText(folder.path() / netlist), std::regex("'hx+"), "'h0"));
    const hw::Workload workload = hw::workloadOf(design.network);
    const std::vector<hw::pipeline::Engine> engines =
        hw::pipeline::netlistOf(workload, design.parameters).engines;
    const int in = portBits(engines.front().inputLanes * workload.inputBits);
    const int out = portBits(engines.back().outputLanes * workload.layers.back().outputBits);
    writeText(folder.path() / "netlist_tb.v", fmt::format(fmt::runtime(kNetlistBench), in - 1, out - 1,
                                                          linesOf(folder.path() / "golden/inputs.hex") - 1,
                                                          linesOf(folder.path() / "golden/outputs.hex") - 1));
    const ProcessResult compiled = runProcess(
        {"iverilog", "-g2012", "-DNO_ICE40_DEFAULT_ASSIGNMENTS", "-s", "netlist_tb", "-o", "netlist",
         "netlist_tb.v", fmt::format("build/{}.v", familyScript(family)), models.string()},
        folder.path(), 300);
    EXPECT_EQ(compiled.exitCode, 0) << compiled.output;
    return runProcess({"vvp", "-n", "netlist"}, folder.path(), 300).output;
}

TEST(Synthesis, Ice40NetlistsComputeTheSame) {
    if (findProgram("yosys").empty() || findProgram("iverilog").empty()) {
        GTEST_SKIP() << "yosys or iverilog is not installed";
    }
    // Adds up registered products: ice40_dsp would drop one.
    constexpr std::uint64_t kTree = 12;
    EXPECT_THAT(runNetlist(kTree, hw::DeviceFamily::Ice40, kCells / "ice40/cells_sim.v"),
                testing::AllOf(testing::HasSubstr(" wrong 0"), testing::Not(testing::HasSubstr("seen 0"))));
}

TEST(Synthesis, Xilinx7NetlistsComputeTheSame) {
    if (findProgram("yosys").empty() || findProgram("iverilog").empty()) {
        GTEST_SKIP() << "yosys or iverilog is not installed";
    }
    // A tree of DSPs, and no block RAM, which Yosys' cell models lack.
    constexpr std::uint64_t kTree = 18;
    EXPECT_THAT(runNetlist(kTree, hw::DeviceFamily::Xilinx7, kCells / "xilinx/cells_sim.v"),
                testing::AllOf(testing::HasSubstr(" wrong 0"), testing::Not(testing::HasSubstr("seen 0"))));
}

/// A design of the tables in resources/fit, synthesized again.
void expectAsMeasured(hw::DeviceFamily family, std::uint64_t seed) {
    if (findProgram("yosys").empty() || (family == hw::DeviceFamily::Asic && !fs::exists(kStandardCells))) {
        GTEST_SKIP() << "yosys or qflow-tech-osu018 is not installed";
    }
    const std::string name = familyScript(family);
    for (const MeasuredDesign& design : readMeasured(kRoot / "resources/fit" / (name + ".txt"))) {
        if (design.kind != "pipeline" || design.seed != seed) {
            continue;
        }
        const SampleDesign sample = sampleDesign(seed);
        const test::TemporaryFolder folder;
        const std::vector<std::vector<std::int32_t>> inputs{sample.input};
        writePipelineRtl(sample.network, sample.parameters, inputs, kRoot / "resources/rtl", folder.path());
        EXPECT_EQ(toLine({"pipeline", seed, synthesizeRtl(folder.path(), family)}), toLine(design)) << name;
        return;
    }
    FAIL() << "the table of " << name << " has no design " << seed;
}

TEST(Synthesis, TablesOfMeasuredDesignsAreOfTodaysRtl) {
    for (const auto& [family, unused] : kMeasuredFamilies) {
        expectAsMeasured(family, 4);
    }
}

TEST(MeasuredDesigns, ModelIsAsNearAsItsFitSays) {
    for (const auto& [family, name] : kMeasuredFamilies) {
        const hw::FitErrors errors = hw::fitErrors(family);
        double size = 0, ff = 0;
        int count = 0;
        for (const MeasuredDesign& design :
             readMeasured(kRoot / "resources/fit" / (familyScript(family) + ".txt"))) {
            const hw::Resources made = modelled(design, family);
            EXPECT_EQ(made.dsp, design.used.dsp) << name << ", " << design.kind << " " << design.seed;
            EXPECT_EQ(made.bram36(), design.used.bram36())
                << name << ", " << design.kind << " " << design.seed;
            EXPECT_EQ(made.sramBits + made.romBits, design.used.sramBits + design.used.romBits)
                << design.seed;
            if (leftOut(design)) {
                const bool asic = family == hw::DeviceFamily::Asic;
                size += std::abs(
                    (asic ? made.cellsUm2 : made.lut) / (asic ? design.used.cellsUm2 : design.used.lut) - 1);
                ff += std::abs(made.ff / design.used.ff - 1);
                ++count;
            }
        }
        ASSERT_EQ(count, errors.size.designs) << name;
        EXPECT_NEAR(size / count, errors.size.mean, 0.002) << name;
        EXPECT_NEAR(ff / count, errors.ff.mean, 0.002) << name;
    }
}

TEST(MeasuredDesigns, ALineThatIsNoneIsNamed) {
    const test::TemporaryFolder folder;
    writeText(folder.path() / "table.txt", "pipeline 3 12\n");
    EXPECT_THAT([&] { readMeasured(folder.path() / "table.txt"); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("'pipeline 3 12' is no measured design")));
}

} // namespace
} // namespace tandem::codegen
