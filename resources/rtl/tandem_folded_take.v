// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Takes a run of words from a stream into the activation memory, one a cycle from the second cycle after
/// `start` on.
module tandem_folded_take #(
    parameter integer ADDRESS = 8
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               start,
    input  wire [ADDRESS-1:0] to,
    input  wire [       23:0] words,
    output reg                done,  // one cycle, behind the last word
    input  wire               valid,
    output wire               ready,
    output wire               write,
    output reg  [ADDRESS-1:0] write_address
);
    reg [23:0] left;
    assign ready = left != 24'd0;
    assign write = valid & ready;
    always @(posedge clk) begin
        if (rst) left <= 24'd0;
        else if (start) left <= words;
        else if (write) left <= left - 24'd1;
        if (start) write_address <= to;
        else if (write) write_address <= write_address + 1'b1;
        done <= ~rst & write & left == 24'd1;
    end
endmodule

`default_nettype wire
