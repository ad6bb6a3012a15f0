// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Joins the channels of COUNT streams: of every pixel the beats of the first stream, then of the second, and
/// so on. LAST holds, for each stream, its beats of a pixel less one. No registers in the way of the data.
module tandem_concat #(
    parameter integer WIDTH = 8,  // of a beat
    parameter integer COUNT = 2,
    parameter integer BITS = 1,   // of each number in LAST
    parameter [COUNT*BITS-1:0] LAST = 0
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire [      COUNT-1:0] in_valid,
    output wire [      COUNT-1:0] in_ready,
    input  wire [COUNT*WIDTH-1:0] in_data,
    output wire                   out_valid,
    input  wire                   out_ready,
    output wire [      WIDTH-1:0] out_data
);
    localparam integer T = $clog2(COUNT);
    localparam integer FINAL = COUNT - 1;
    reg [T-1:0] turn;
    reg [BITS-1:0] beat;
    wire last = beat == LAST[turn*BITS+:BITS];

    assign out_valid = in_valid[turn];
    assign out_data = in_data[turn*WIDTH+:WIDTH];
    assign in_ready = {{(COUNT - 1) {1'b0}}, out_ready} << turn;

    always @(posedge clk) begin
        if (rst) begin
            turn <= 0;
            beat <= 0;
        end else if (out_valid & out_ready) begin
            beat <= last ? {BITS{1'b0}} : beat + 1'b1;
            if (last) turn <= turn == FINAL[T-1:0] ? {T{1'b0}} : turn + 1'b1;
        end
    end
endmodule

`default_nettype wire
