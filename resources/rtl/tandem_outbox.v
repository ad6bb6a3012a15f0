// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Output buffer of an engine: `go` while a group of BEATS beats has room. A group takes its places when it
/// starts, so nothing inside the engine ever waits; its beats come whenever they are ready.
module tandem_outbox #(
    parameter integer WIDTH = 8,
    parameter integer BEATS = 1,
    parameter integer FIFO_LOG2 = 5
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             start,
    output wire             go,
    input  wire             in_valid,
    input  wire [WIDTH-1:0] in_data,
    output wire             out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    wire unused_ready;

    tandem_credit #(
        .BEATS(BEATS),
        .FIFO_LOG2(FIFO_LOG2)
    ) credit (
        .clk(clk), .rst(rst), .take(start), .give(out_valid & out_ready), .go(go)
    );

    tandem_fifo #(
        .WIDTH(WIDTH),
        .DEPTH_LOG2(FIFO_LOG2)
    ) fifo (
        .clk(clk), .rst(rst),
        .in_valid(in_valid), .in_ready(unused_ready), .in_data(in_data),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
endmodule

`default_nettype wire
