// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/report/report.h"

#include "core/base/error.h"
#include "core/codegen/report/svg.h"

#include <fstream>
#include <iterator>

namespace tandem::codegen {

namespace {

constexpr std::string_view kStyle = R"(
:root { --bg: #ffffff; --ink: #1c2126; --soft: #5b6670; --line: #d8dee4; --track: #eceff2;
        --fill: #2f6f9f; --accent: #c4561c; --second: #7aa6a1; --third: #b9a04c; --fourth: #8a8f98; --ok: #2c7a4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #16191d; --ink: #e4e8ec; --soft: #98a3ad; --line: #333a41; --track: #262b31;
          --fill: #5b9bd0; --accent: #ec8a4e; --second: #86b8b2; --third: #cdb767; --fourth: #7c838c; --ok: #6cc28f; --bad: #f2857d; } }
body { background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
.lead, .note { color: var(--soft); } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); } td.r, th.r { text-align: right; } .wide { overflow-x: auto; }
.layers { font-size: .8rem; } .layers td, .layers th { padding-right: .4rem; overflow-wrap: anywhere; }
@page { margin: 12mm; } @media print { body { margin: 0; padding: 0; max-width: none; font-size: 11px; } .wide { overflow-x: visible; }
  .layers { font-size: 7.5px; } h2 { break-after: avoid; } tr, svg { break-inside: avoid; } }
.ok { color: var(--ok); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
svg { max-width: 100%; height: auto; } svg .t { font-size: 12px; fill: var(--ink); } svg .n { font-size: 11px; fill: var(--soft); }
svg .fill { fill: var(--fill); } svg .accent { fill: var(--accent); } svg .second { fill: var(--second); }
svg .third { fill: var(--third); } svg .fourth { fill: var(--fourth); } svg .track { fill: var(--track); } svg .grid { stroke: var(--line); fill: none; }
)";

std::string cell(const std::string& text, bool right = false) {
    return (right ? "<td class=\"r\">" : "<td>") + svg::escape(text) + "</td>";
}

std::string heading(const std::vector<std::pair<std::string_view, bool>>& columns) {
    std::string row = "<tr>";
    for (const auto& [title, right] : columns) {
        row += fmt::format("<th{}>{}</th>", right ? " class=\"r\"" : "", title);
    }
    return row + "</tr>\n";
}

std::string section(std::string_view title, const std::string& content) {
    return fmt::format("<h2>{}</h2>\n<div class=\"wide\">\n{}</div>\n", title, content);
}

std::string figuresTable(const std::vector<ReportFigure>& figures) {
    std::string table =
        "<table>\n" + heading({{"Metric", false}, {"Value", true}, {"Unit", false}, {"Source", false}});
    for (const ReportFigure& figure : figures) {
        table += "<tr>" + cell(figure.name) + cell(figure.value, true) + cell(figure.unit) +
                 cell(figure.source) + "</tr>\n";
    }
    return table + "</table>\n";
}

std::string checksTable(const std::vector<ReportCheck>& checks) {
    std::string table =
        "<table>\n" + heading({{"Compared", false}, {"Expected", true}, {"Found", true}, {"Result", false}});
    for (const ReportCheck& check : checks) {
        const std::string_view verdict = !check.passed   ? "<td>not run</td>"
                                         : *check.passed ? "<td class=\"ok\">passed</td>"
                                                         : "<td class=\"bad\">failed</td>";
        table += "<tr>" + cell(check.item) + cell(check.expected, true) + cell(check.found, true) +
                 std::string(verdict) + "</tr>\n";
    }
    return table + "</table>\n";
}

std::string speedTable(const ReportSpeed& speed) {
    std::string table = fmt::format("<h3>Time of the C++</h3>\n<p class=\"note\">Measured: {}.</p>\n",
                                    svg::escape(speed.where));
    table += "<table>\n" + heading({{"Layer", false},
                                    {"Operations", true},
                                    {"Time, \u00b5s", true},
                                    {"Gop/s", true},
                                    {"Of the processor's peak", true}});
    for (const ReportLayerTime& layer : speed.layers) {
        table += "<tr>" + cell(layer.name) + cell(fmt::format("{:.0f}", layer.operations), true) +
                 cell(fmt::format("{:.2f}", layer.microseconds), true) +
                 cell(fmt::format("{:.1f}", layer.operations / layer.microseconds * 1e-3), true) +
                 cell(layer.ofPeak ? fmt::format("{:.1f} %", *layer.ofPeak) : "", true) + "</tr>\n";
    }
    return table + "</table>\n";
}

// Between its marks the section can be replaced once a verification has run.
constexpr std::string_view kChecksStart = "<!-- verification -->\n";
constexpr std::string_view kChecksEnd = "<!-- end of verification -->\n";

std::string verificationSection(const std::vector<ReportCheck>& checks, const ReportSpeed& speed) {
    std::string content =
        checks.empty() ? "<p class=\"note\">Not verified yet: run tandem-cli verify on this folder.</p>\n"
                       : checksTable(checks);
    content += speed.layers.empty() ? "" : speedTable(speed);
    return std::string(kChecksStart) + section("Verification", content) + std::string(kChecksEnd);
}

std::string layersTable(const ReportData& data) {
    std::vector<std::pair<std::string_view, bool>> columns{
        {"Layer", false},      {"Operator", false},       {"Output", false},
        {"Weight bits", true}, {"Activation bits", true}, {"PE", true},
        {"SIMD", true},        {"Multiplier", false},     {"MACs", true},
        {"Cycles", true}};
    for (const std::string& name : data.resourceNames) {
        columns.emplace_back(name, true);
    }
    std::string table = "<table class=\"layers\">\n" + heading(columns);
    for (const ReportLayer& layer : data.layers) {
        table += "<tr>" + cell(layer.name) + cell(layer.description) + cell(layer.output) +
                 cell(layer.weightBits > 0 ? std::to_string(layer.weightBits) : "", true) +
                 cell(std::to_string(layer.activationBits), true) + cell(std::to_string(layer.pe), true) +
                 cell(std::to_string(layer.simd), true) + cell(layer.multiplier) +
                 cell(std::to_string(layer.macs), true) + cell(std::to_string(layer.interval), true);
        for (const double amount : layer.resources) {
            table += cell(fmt::format("{:.0f}", amount), true);
        }
        table += "</tr>\n";
    }
    return table + "</table>\n";
}

std::string energyTable(const std::vector<ReportLayer>& layers) {
    std::string table = "<table>\n" + heading({{"Layer", false},
                                               {"Computing, nJ", true},
                                               {"On-chip memory, nJ", true},
                                               {"DRAM, nJ", true},
                                               {"Static, nJ", true},
                                               {"Sum, nJ", true}});
    ReportLayer all;
    const auto row = [&table](const ReportLayer& layer) {
        const auto nanojoules = [](double pj) { return cell(fmt::format("{:.1f}", pj * 1e-3), true); };
        table += "<tr>" + cell(layer.name) + nanojoules(layer.computePj) + nanojoules(layer.onChipPj) +
                 nanojoules(layer.dramPj) + nanojoules(layer.staticPj) +
                 nanojoules(layer.computePj + layer.onChipPj + layer.dramPj + layer.staticPj) + "</tr>\n";
    };
    for (const ReportLayer& layer : layers) {
        row(layer);
        all.computePj += layer.computePj;
        all.onChipPj += layer.onChipPj;
        all.dramPj += layer.dramPj;
        all.staticPj += layer.staticPj;
    }
    all.name = "All layers";
    row(all);
    return table + "</table>\n";
}

std::string hostTable(const std::vector<ReportHost>& operators) {
    std::string table =
        "<table>\n" +
        heading({{"Name", false}, {"Operator", false}, {"Operations", true}, {"Bytes", true}, {"ms", true}});
    for (const ReportHost& host : operators) {
        table += "<tr>" + cell(host.name) + cell(host.kind) +
                 cell(fmt::format("{:.0f}", host.operations), true) +
                 cell(fmt::format("{:.0f}", host.bytes), true) +
                 cell(fmt::format("{:.4f}", host.milliseconds), true) + "</tr>\n";
    }
    return table + "</table>\n";
}

std::string parametersTable(const std::vector<std::pair<std::string, std::string>>& parameters) {
    std::string table = "<table>\n" + heading({{"Parameter", false}, {"Value", true}});
    for (const auto& [name, value] : parameters) {
        table += "<tr>" + cell(name) + cell(value, true) + "</tr>\n";
    }
    return table + "</table>\n";
}

void writeText(const std::string& text, const std::filesystem::path& file) {
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) {
        throw workError("cannot write the report '{}'", file.string());
    }
}

} // namespace

std::string reportHtml(const ReportData& data) {
    std::string body =
        fmt::format("<h1>{} on {}</h1>\n<p class=\"lead\">Point {} of {}, {} template. {}</p>\n",
                    svg::escape(data.network), svg::escape(data.device), svg::escape(data.point),
                    svg::escape(data.study), svg::escape(data.acceleratorTemplate), svg::escape(data.date));
    body += section("Figures", figuresTable(data.figures));
    body += verificationSection(data.checks, {});
    if (!data.gauges.empty()) {
        body += section(fmt::format("Resources, {}", svg::escape(data.gauges.front().source)),
                        svg::gauges(data.gauges));
    }
    if (data.front && !data.front->points.empty()) {
        body += section("The front, with this point marked", svg::front(*data.front));
    }
    if (!data.time.empty()) {
        body += section("Where the time of a frame goes, modelled", svg::frameTime(data.time));
    }
    if (!data.hostOperators.empty()) {
        body += section("On the host, modelled: " + svg::escape(data.host), hostTable(data.hostOperators));
    }
    if (!data.layers.empty()) {
        body += section("Cycles per frame, layer by layer, modelled", svg::layerCycles(data.layers));
        body += section("Energy per frame, layer by layer, modelled",
                        svg::layerEnergy(data.layers) + energyTable(data.layers));
        body += section("Layers, modelled", layersTable(data));
    }
    body += section("Parameters", parametersTable(data.parameters));
    for (const std::string& note : data.notes) {
        body += "<p class=\"note\">" + svg::escape(note) + "</p>\n";
    }
    return fmt::format(
        "<!DOCTYPE html>\n<!-- This report belongs to the user of Tandem who made it. -->\n<html "
        "lang=\"en\">\n<head>\n"
        "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{} on {}</title>\n<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
        svg::escape(data.network), svg::escape(data.device), kStyle, body);
}

void writeReport(const ReportData& data, const std::filesystem::path& file) {
    writeText(reportHtml(data), file);
}

void putChecksIntoReport(const std::vector<ReportCheck>& checks, const ReportSpeed& speed,
                         const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string html{std::istreambuf_iterator<char>(stream), {}};
    const std::size_t start = html.find(kChecksStart);
    const std::size_t end = html.find(kChecksEnd);
    if (start == std::string::npos || end == std::string::npos || end < start) {
        throw workError("the report '{}' has no verification section to fill in", file.string());
    }
    html.replace(start, end + kChecksEnd.size() - start, verificationSection(checks, speed));
    writeText(html, file);
}

} // namespace tandem::codegen
