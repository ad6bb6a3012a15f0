// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Splits a beat into RATIO beats, the low bits first. The first part appears one cycle after the beat was
/// accepted; full rate: the next beat is accepted while the last part leaves.
module tandem_narrow #(
    parameter integer WIDTH = 8,  // of a narrow beat
    parameter integer RATIO = 2
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   in_valid,
    output wire                   in_ready,
    input  wire [WIDTH*RATIO-1:0] in_data,
    output reg                    out_valid,
    input  wire                   out_ready,
    output wire [      WIDTH-1:0] out_data
);
    localparam integer B = $clog2(RATIO);
    localparam integer LAST = RATIO - 1;
    reg [B-1:0] part;
    reg [WIDTH*RATIO-1:0] parts;
    wire last = part == LAST[B-1:0];
    wire take = in_valid & in_ready;
    wire give = out_valid & out_ready;

    assign in_ready = ~out_valid | (out_ready & last);
    assign out_data = parts[WIDTH-1:0];

    always @(posedge clk) begin
        if (rst) begin
            part <= 0;
            out_valid <= 1'b0;
        end else begin
            if (give) part <= last ? {B{1'b0}} : part + 1'b1;
            out_valid <= take | (out_valid & ~(out_ready & last));
        end
        if (take) parts <= in_data;
        else if (give) parts <= {{WIDTH{1'b0}}, parts[WIDTH*RATIO-1:WIDTH]};
    end
endmodule

`default_nettype wire
