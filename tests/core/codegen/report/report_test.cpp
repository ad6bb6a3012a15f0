// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace tandem::codegen {
namespace {

using testing::HasSubstr;
using testing::Not;

ReportData someData() {
    ReportData data;
    data.network = "net <script>";
    data.device = "PYNQ-Z1";
    data.acceleratorTemplate = "pipeline";
    data.study = "a & b.tandem";
    data.point = "7";
    data.figures = {{"Latency", "1.25", "ms", "modelled"}, {"Agreement", "99.1", "%", "measured"}};
    data.parameters = {{"model.b0.width", "75 %"}};
    data.gauges = {{"DSP", 110, 220, "modelled"}};
    data.layers = {{"conv0", "conv 3x3", "16x14x14", 8, 8, 4, 1, "dsp", 28224, 7056, {310, 5}, 6000, 900, 0},
                   {"add0", "add", "16x14x14", 0, 8, 4, 4, "dsp", 0, 784, {90, 2}, 100, 50, 0}};
    data.resourceNames = {"LUT", "MULT18X18D"};
    data.front = ReportFront{"latency, ms", "agreement, %", {{1.25, 99.1, true}, {0.8, 97.0, false}}};
    data.checks = {{"C++ outputs", "3 exact", "3 exact", true},
                   {"RTL in Icarus", "exact", "iverilog is not installed", {}}};
    return data;
}

TEST(Report, ShowsEveryFigureWithItsSource) {
    const std::string html = reportHtml(someData());
    for (const char* text : {"1.25", "modelled", "99.1", "measured", "model.b0.width", "7056",
                             "MULT18X18D</th>", "<td class=\"r\">310</td>", "110 of 220 (50.0 %)", "not run",
                             "iverilog is not installed", "passed"}) {
        EXPECT_THAT(html, HasSubstr(text));
    }
}

TEST(Report, ShowsWhereTimeAndEnergyGo) {
    ReportData data = someData();
    data.layers[0].staticPj = 2500;
    data.time = {{"start-up", 0.03}, {"host", 0.2}, {"transfers", 0.0}, {"accelerator", 1.02}};
    data.host = "a core at 650 MHz";
    data.hostOperators = {{"probabilities", "Softmax", 230, 80, 0.0123}};
    const std::string html = reportHtml(data);
    for (const char* text : {"Where the time of a frame goes", "start-up", "accelerator", "1.25 ms",
                             "a core at 650 MHz", "probabilities", "Softmax", "0.0123", "Static, nJ",
                             "All layers", "<td class=\"r\">9.4</td>"}) { // 6000 + 900 + 2500 pJ
        EXPECT_THAT(html, HasSubstr(text));
    }
}

TEST(Report, EscapesTexts) {
    const std::string html = reportHtml(someData());
    EXPECT_THAT(html, HasSubstr("net &lt;script&gt;"));
    EXPECT_THAT(html, HasSubstr("a &amp; b.tandem"));
    EXPECT_THAT(html, Not(HasSubstr("<script>")));
}

TEST(Report, IsSelfContained) {
    const std::string html = reportHtml(someData());
    EXPECT_THAT(html, Not(HasSubstr("http")));
    EXPECT_THAT(html, Not(HasSubstr("src=")));
}

TEST(Report, TakesAVerificationLater) {
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / fmt::format("tandem-report-{}.html", getpid());
    ReportData data = someData();
    data.checks.clear();
    writeReport(data, file);
    putChecksIntoReport({{"RTL outputs", "exact", "99 beats exact", true}}, {}, file);
    const ReportSpeed speed{"AVX2 kernels, one thread", {{"conv1", 4718592.0, 13.5, 84.2}}};
    putChecksIntoReport({{"RTL outputs", "exact", "100 beats exact", true}}, speed, file);
    std::ifstream stream(file);
    const std::string html{std::istreambuf_iterator<char>(stream), {}};
    std::filesystem::remove(file);
    EXPECT_THAT(html, HasSubstr("100 beats exact"));
    EXPECT_THAT(html, HasSubstr("Measured: AVX2 kernels, one thread"));
    EXPECT_THAT(html, HasSubstr("84.2 %"));
    EXPECT_THAT(html, Not(HasSubstr("99 beats exact")));
    EXPECT_THAT(html, Not(HasSubstr("Not verified yet")));
}

TEST(Report, StandsWithNothingKnown) {
    ReportData data;
    data.front.emplace();
    EXPECT_THAT(reportHtml(data), HasSubstr("</html>"));
}

TEST(Report, AUnwritableFileIsNamed) {
    try {
        writeReport(someData(), "/no/such/folder/report.html");
        FAIL() << "wrote into a folder that does not exist";
    } catch (const std::exception& error) {
        EXPECT_THAT(error.what(), HasSubstr("/no/such/folder/report.html"));
    }
}

} // namespace
} // namespace tandem::codegen
