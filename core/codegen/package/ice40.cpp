// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/package/ice40.h"

#include "core/codegen/text_files.h"

#include <algorithm>
#include <array>
#include <cctype>

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

} // namespace tandem::codegen
