// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Counts the free places of an output buffer: `go` while a group of BEATS beats has room. A group takes its
/// places when it starts, so nothing inside the engine ever waits.
module tandem_credit #(
    parameter integer BEATS = 1,
    parameter integer FIFO_LOG2 = 5
) (
    input  wire clk,
    input  wire rst,
    input  wire take,
    input  wire give,
    output wire go
);
    localparam integer B = FIFO_LOG2 + 2;
    localparam integer FREE = (1 << FIFO_LOG2) - BEATS;
    reg [B-1:0] spare;  // signed: places left after one more group
    assign go = ~spare[B-1];
    always @(posedge clk) begin
        if (rst) spare <= FREE[B-1:0];
        else spare <= spare - (take ? BEATS[B-1:0] : {B{1'b0}}) + {{(B - 1) {1'b0}}, give};
    end
endmodule

`default_nettype wire
