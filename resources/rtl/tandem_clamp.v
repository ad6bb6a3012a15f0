// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// y = clamp(x >>> SHIFT, LOW, HIGH), one cycle later.
module tandem_clamp #(
    parameter integer IN = 28,
    parameter integer SHIFT = 15,
    parameter integer OUT = 8,
    parameter integer LOW = -128,
    parameter integer HIGH = 127
) (
    input  wire                 clk,
    input  wire signed [IN-1:0] x,
    output reg         [OUT-1:0] y
);
    localparam integer SHIFTED = IN > SHIFT ? IN - SHIFT : 1;
    localparam integer WIDE = (SHIFTED > OUT + 1 ? SHIFTED : OUT + 1) + 1;  // room for limits and value
    wire signed [IN-1:0] moved = x >>> SHIFT;
    wire signed [SHIFTED-1:0] kept = moved[SHIFTED-1:0];
    generate
        if (IN > SHIFTED) begin : g_dropped
            wire unused_sign = &{1'b0, moved[IN-1:SHIFTED]};
        end
    endgenerate
    wire signed [WIDE-1:0] value = {{(WIDE - SHIFTED) {kept[SHIFTED-1]}}, kept};
    wire signed [WIDE-1:0] low, high;
    generate
        if (WIDE > 32) begin : g_wide
            wire signed [31:0] least = LOW, most = HIGH;
            assign low = {{(WIDE - 32) {least[31]}}, least};
            assign high = {{(WIDE - 32) {most[31]}}, most};
        end else begin : g_short
            assign low = LOW[WIDE-1:0];
            assign high = HIGH[WIDE-1:0];
        end
    endgenerate
    always @(posedge clk) y <= value < low ? LOW[OUT-1:0] : value > high ? HIGH[OUT-1:0] : value[OUT-1:0];
endmodule

`default_nettype wire
