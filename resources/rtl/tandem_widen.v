// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Gathers RATIO beats into one; the first beat stands in the low bits. The gathered beat appears one cycle
/// after its last part was accepted; full rate.
module tandem_widen #(
    parameter integer WIDTH = 8,  // of a narrow beat
    parameter integer RATIO = 2
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   in_valid,
    output wire                   in_ready,
    input  wire [      WIDTH-1:0] in_data,
    output reg                    out_valid,
    input  wire                   out_ready,
    output reg  [WIDTH*RATIO-1:0] out_data
);
    localparam integer B = $clog2(RATIO);
    localparam integer LAST = RATIO - 1;
    reg [B-1:0] part;
    wire last = part == LAST[B-1:0];
    wire take = in_valid & in_ready;

    assign in_ready = ~out_valid | out_ready;

    always @(posedge clk) begin
        if (rst) begin
            part <= 0;
            out_valid <= 1'b0;
        end else begin
            if (take) part <= last ? {B{1'b0}} : part + 1'b1;
            out_valid <= (take & last) | (out_valid & ~out_ready);
        end
        if (take) out_data <= {in_data, out_data[WIDTH*RATIO-1:WIDTH]};
    end
endmodule

`default_nettype wire
