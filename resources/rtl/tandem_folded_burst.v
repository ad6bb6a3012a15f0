// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Splits a run of `beats` bus beats from `address` into AXI4 bursts that end where the address is a multiple
/// of 2^BURST_LOG2 beats, one request a cycle. The first one is offered in the cycle after `start`.
module tandem_folded_burst #(
    parameter integer BURST_LOG2 = 4,  // 1 to 8
    parameter integer COUNT = 24       // bits of a number of beats
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             start,
    input  wire [     31:0] address,   // in beats
    input  wire [COUNT-1:0] beats,     // at least 1
    output reg              valid,
    input  wire             ready,
    output wire [     31:0] request,   // in beats
    output wire [      7:0] length     // beats - 1, as AXI wants it
);
    localparam [BURST_LOG2:0] FULL = 1 << BURST_LOG2;
    reg [31:0] at;
    reg [COUNT-1:0] left;
    wire [BURST_LOG2:0] room = FULL - {1'b0, at[BURST_LOG2-1:0]};
    wire ends = left <= {{(COUNT - BURST_LOG2 - 1) {1'b0}}, room};
    wire [BURST_LOG2:0] take = ends ? left[BURST_LOG2:0] : room;
    wire [BURST_LOG2:0] less = take - 1'b1;

    assign request = at;
    assign length = {{(8 - BURST_LOG2) {1'b0}}, less[BURST_LOG2-1:0]};
    wire unused = &{1'b0, less[BURST_LOG2]};

    always @(posedge clk) begin
        if (rst) valid <= 1'b0;
        else if (start) valid <= 1'b1;
        else if (ready & ends) valid <= 1'b0;
        if (start) begin
            at <= address;
            left <= beats;
        end else if (valid & ready) begin
            at <= at + {{(31 - BURST_LOG2) {1'b0}}, take};
            left <= left - {{(COUNT - BURST_LOG2 - 1) {1'b0}}, take};
        end
    end
endmodule

`default_nettype wire
