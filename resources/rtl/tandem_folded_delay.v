// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// A shift register with two exits: SHORT stages or LONG ones.
module tandem_folded_delay #(
    parameter integer WIDTH = 4,
    parameter integer SHORT = 4,  // at least 1
    parameter integer LONG = 6    // more than SHORT
) (
    input  wire             clk,
    input  wire             short_way,
    input  wire [WIDTH-1:0] in,
    output wire [WIDTH-1:0] out
);
    reg [WIDTH*LONG-1:0] stages;
    always @(posedge clk) stages <= {stages[WIDTH*(LONG-1)-1:0], in};
    assign out = short_way ? stages[WIDTH*(SHORT-1)+:WIDTH] : stages[WIDTH*(LONG-1)+:WIDTH];
endmodule

`default_nettype wire
