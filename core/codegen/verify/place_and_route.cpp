// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/place_and_route.h"

#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/package/rtl_package.h"
#include "core/codegen/verify/tool_run.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>

namespace tandem::codegen {

namespace {

constexpr std::string_view kPins = R"(module tandem_pins (
    input  wire aclk,
    input  wire serial_in,
    output wire serial_out
);
    wire [@INPUTS@:0] in;
    wire [@OUTPUTS@-1:0] out;
    wire [@OUTPUTS@:0] held;

    assign in[0] = serial_in;
    assign held[0] = 1'b0;
    assign serial_out = held[@OUTPUTS@];

    genvar i;
    generate
        for (i = 0; i < @INPUTS@; i = i + 1) begin : g_in
            SB_DFF stage (.C(aclk), .D(in[i]), .Q(in[i + 1]));
        end
        for (i = 0; i < @OUTPUTS@; i = i + 1) begin : g_out
            wire mixed;
            SB_LUT4 #(.LUT_INIT(16'h6666)) mix (
                .I0(out[i]), .I1(held[i]), .I2(1'b0), .I3(1'b0), .O(mixed)
            );
            SB_DFF stage (.C(aclk), .D(mixed), .Q(held[i + 1]));
        end
    endgenerate

    @TOP@ accelerator (
        .aclk(aclk),
        .aresetn(in[1])@PORTS@
    );
endmodule
)";

void substitute(std::string& text, std::string_view key, const std::string& value) {
    for (std::size_t found; (found = text.find(key)) != std::string::npos;) {
        text.replace(found, key.size(), value);
    }
}

/// What follows `key` in the last line that holds it; empty where none does.
std::string afterLast(const std::string& log, std::string_view key) {
    const std::size_t found = log.rfind(key);
    if (found == std::string::npos) {
        return {};
    }
    const std::size_t start = found + key.size();
    return log.substr(start, log.find('\n', start) - start);
}

} // namespace

std::optional<Ice40Part> ice40Part(std::string_view part) {
    static constexpr std::array<std::string_view, 11> kDevices{
        "lp384", "lp1k", "lp4k", "lp8k", "hx1k", "hx4k", "hx8k", "up3k", "up5k", "u4k", "u2k"};
    constexpr std::string_view kPrefix = "ice40";
    std::string text(part);
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::size_t dash = text.find('-');
    if (!text.starts_with(kPrefix) || dash == std::string::npos) {
        return std::nullopt;
    }
    Ice40Part made{text.substr(kPrefix.size(), dash - kPrefix.size()), text.substr(dash + 1)};
    return std::ranges::find(kDevices, made.device) == kDevices.end() ? std::nullopt : std::optional(made);
}

std::string pinsModule(const Package& package) {
    int inputs = 1, outputs = 0; // the reset is the first input
    std::string ports;
    for (const Bus& bus : package.buses) {
        for (const BusPort& port : bus.ports) {
            const int bits = std::max(1, port.width);
            int& next = port.output ? outputs : inputs;
            const int low = port.output ? next : next + 1;
            ports += fmt::format(",\n        .{}({}[{}:{}])", port.physical, port.output ? "out" : "in",
                                 low + bits - 1, low);
            next += bits;
        }
    }
    std::string text(kPins);
    substitute(text, "@INPUTS@", std::to_string(inputs));
    substitute(text, "@OUTPUTS@", std::to_string(outputs));
    substitute(text, "@TOP@", package.top);
    substitute(text, "@PORTS@", ports);
    return fileHeader("//", "The accelerator behind one pin in and one pin out, for make pnr.") + text;
}

std::vector<std::string> nextpnrCommand(const Ice40Part& part, double clockMhz) {
    return {"nextpnr-ice40",
            "--" + part.device,
            "--package",
            part.package,
            "--json",
            "build/ice40_pins.json",
            "--freq",
            fmt::format("{:g}", clockMhz),
            "--timing-allow-fail"};
}

PlacedDesign placedDesignOf(const std::string& log) {
    PlacedDesign placed;
    char slash = 0;
    std::istringstream cells(afterLast(log, "ICESTORM_LC:"));
    if (!(cells >> placed.logicCells >> slash >> placed.available)) {
        throw workError("nextpnr-ice40 did not come as far as packing: {}", tail(log));
    }
    placed.problem = afterLast(log, "ERROR: ");
    placed.fits = placed.problem.empty();
    double mhz = 0;
    const std::string frequency = afterLast(log, "Max frequency for clock ");
    const std::size_t colon = frequency.rfind("': ");
    if (placed.fits && colon != std::string::npos && std::istringstream(frequency.substr(colon + 3)) >> mhz) {
        placed.mhz = mhz;
    }
    return placed;
}

PlacedDesign placeAndRoute(const std::filesystem::path& folder, const Ice40Part& part, double clockMhz,
                           const ProcessLimits& limits) {
    const std::vector<std::string> command = nextpnrCommand(part, clockMhz);
    if (findProgram(command[0]).empty()) {
        throw workError("'{}' is not installed or not on PATH", command[0]);
    }
    const ProcessResult result = runProcess(command, folder, limits);
    if (result.wasCancelled) {
        throw cancelled();
    }
    if (result.timedOut) {
        throw workError("'{}' in '{}' did not end within {} s", command[0], folder.string(), limits.seconds);
    }
    PlacedDesign placed = placedDesignOf(result.output);
    if (placed.fits && result.exitCode != 0) {
        throw workError("'{}' in '{}' failed with exit code {}: {}", command[0], folder.string(),
                        result.exitCode, tail(result.output));
    }
    return placed;
}

} // namespace tandem::codegen
