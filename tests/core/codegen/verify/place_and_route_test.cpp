// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/package/rtl_package.h"
#include "core/codegen/text_files.h"
#include "core/codegen/verify/place_and_route.h"
#include "core/codegen/verify/tool_run.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::codegen {
namespace {

using testing::HasSubstr;

TEST(Ice40Part, IsReadFromTheOrderCode) {
    ASSERT_TRUE(ice40Part("iCE40UP5K-SG48"));
    EXPECT_EQ(ice40Part("iCE40UP5K-SG48")->device, "up5k");
    EXPECT_EQ(ice40Part("iCE40UP5K-SG48")->package, "sg48");
    EXPECT_EQ(ice40Part("ICE40HX8K-CT256")->device, "hx8k");
    for (const char* other : {"", "iCE40", "iCE40XY9K-SG48", "xc7z020clg400-1", "LFE5U-85F-6BG381C"}) {
        EXPECT_FALSE(ice40Part(other)) << other;
    }
}

constexpr const char* kRouted = R"(Info: Device utilisation:
Info: 	         ICESTORM_LC:   812/ 5280    15%
Info: 	        ICESTORM_RAM:     2/   30     6%
Info: Max frequency for clock 'aclk$SB_IO_IN_$glb_clk': 20.00 MHz (FAIL at 24.00 MHz)
Info: Max frequency for clock 'aclk$SB_IO_IN_$glb_clk': 25.37 MHz (PASS at 24.00 MHz)
Info: Program finished normally.
)";

TEST(PlacedDesign, IsReadFromWhatNextpnrPrints) {
    const PlacedDesign placed = placedDesignOf(kRouted);
    EXPECT_TRUE(placed.fits);
    EXPECT_EQ(placed.logicCells, 812);
    EXPECT_EQ(placed.available, 5280);
    EXPECT_DOUBLE_EQ(placed.mhz.value(), 25.37); // of the routed design, not the estimate before
}

TEST(PlacedDesign, WithoutSpaceHasNoClock) {
    const PlacedDesign placed =
        placedDesignOf("Info: 	 ICESTORM_LC:  9001/ 5280   170%\n"
                       "Info: Max frequency for clock 'aclk': 99.00 MHz (PASS at 24.00 MHz)\n"
                       "ERROR: Unable to place cell 'x', no Bels remaining of type 'ICESTORM_LC'\n");
    EXPECT_FALSE(placed.fits);
    EXPECT_EQ(placed.logicCells, 9001);
    EXPECT_FALSE(placed.mhz);
    EXPECT_THAT(placed.problem, HasSubstr("no Bels remaining"));
    EXPECT_THROW((void)placedDesignOf("ERROR: Failed to open JSON file\n"), Error);
}

/// A register that counts beats, with an accelerator's ports.
constexpr const char* kCounter = R"(module tandem_top (
    input wire aclk, input wire aresetn,
    input wire s_axis_tvalid, output wire s_axis_tready, input wire [@WIDTH@-1:0] s_axis_tdata,
    output reg m_axis_tvalid, input wire m_axis_tready, output reg [@WIDTH@-1:0] m_axis_tdata
);
    assign s_axis_tready = m_axis_tready;
    always @(posedge aclk) begin
        m_axis_tvalid <= aresetn && s_axis_tvalid;
        m_axis_tdata <= aresetn ? m_axis_tdata + s_axis_tdata : 0;
    end
endmodule
)";

PlacedDesign placedCounter(int width, const test::TemporaryFolder& folder, const char* part) {
    Package package;
    package.target.family = hw::DeviceFamily::Ice40;
    package.target.part = part;
    package.buses = {streamBus("s_axis", BusKind::StreamSlave, width, false),
                     streamBus("m_axis", BusKind::StreamMaster, width, false)};
    for (const TextFile& file : packageFiles(package)) {
        writeText(folder.path() / file.path, file.text);
    }
    std::string text = kCounter;
    for (std::size_t at; (at = text.find("@WIDTH@")) != std::string::npos;) {
        text.replace(at, 7, std::to_string(width));
    }
    writeText(folder.path() / "rtl/tandem_top.v", text);
    std::filesystem::create_directories(folder.path() / "build");
    double seconds = 0;
    runTool({"yosys", "-q", "synth/ice40.ys"}, folder.path(), {.seconds = 300}, seconds);
    return placeAndRoute(folder.path(), *ice40Part(part), 24);
}

TEST(PlaceAndRoute, KeepsEveryBitBehindTwoPins) {
    if (findProgram("nextpnr-ice40").empty() || findProgram("yosys").empty()) {
        GTEST_SKIP() << "nextpnr-ice40 or yosys is not installed";
    }
    constexpr int kWidth = 128; // 258 pins, and the package has 39
    const test::TemporaryFolder folder;
    const PlacedDesign placed = placedCounter(kWidth, folder, "iCE40UP5K-SG48");
    EXPECT_TRUE(placed.fits) << placed.problem;
    EXPECT_GE(placed.logicCells, 3 * kWidth); // a bit in, a bit of the sum, a bit out
    EXPECT_LE(placed.logicCells, 4 * kWidth);
    EXPECT_EQ(placed.available, 5280);
    EXPECT_GT(placed.mhz.value(), 5.0);
    EXPECT_LT(placed.mhz.value(), 300.0);
}

TEST(PlaceAndRoute, SaysWhereSpaceIsMissing) {
    if (findProgram("nextpnr-ice40").empty() || findProgram("yosys").empty()) {
        GTEST_SKIP() << "nextpnr-ice40 or yosys is not installed";
    }
    const test::TemporaryFolder folder;
    const PlacedDesign placed = placedCounter(128, folder, "iCE40LP384-QN32");
    EXPECT_FALSE(placed.fits);
    EXPECT_GT(placed.logicCells, placed.available);
    EXPECT_FALSE(placed.problem.empty());
    EXPECT_FALSE(placed.mhz);
}

} // namespace
} // namespace tandem::codegen
