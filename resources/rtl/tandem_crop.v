// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Lets, of the BEATS beats of every pixel, the COUNT from FIRST on through and drops the others. No
/// registers in the way of the data.
module tandem_crop #(
    parameter integer WIDTH = 8,
    parameter integer BEATS = 2,
    parameter integer FIRST = 0,
    parameter integer COUNT = 1
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,
    output wire             out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    localparam integer B = $clog2(BEATS + 1);
    localparam integer LAST = BEATS - 1;
    localparam integer BEFORE = (FIRST + BEATS - 1) % BEATS, END = FIRST + COUNT - 1;
    localparam integer KEPT_0 = FIRST == 0 ? 1 : 0;
    reg [B-1:0] beat;
    reg kept;  // this beat goes through

    assign out_valid = in_valid & kept;
    assign in_ready = out_ready | ~kept;
    assign out_data = in_data;

    always @(posedge clk) begin
        if (rst) begin
            beat <= 0;
            kept <= KEPT_0[0];
        end else if (in_valid & in_ready) begin
            beat <= beat == LAST[B-1:0] ? {B{1'b0}} : beat + 1'b1;
            kept <= beat == BEFORE[B-1:0] | (kept & beat != END[B-1:0]);
        end
    end
endmodule

`default_nettype wire
