// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Two registers that cut every path between producer and consumer. A word appears one cycle after it was
/// accepted; full rate.
module tandem_slice #(
    parameter integer WIDTH = 8
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
    reg [WIDTH-1:0] front, back;
    reg [1:0] count;
    wire take = in_valid & in_ready;
    wire give = out_valid & out_ready;

    assign in_ready = ~count[1];
    assign out_valid = count != 2'd0;
    assign out_data = front;

    always @(posedge clk) begin
        if (rst) begin
            count <= 2'd0;
        end else begin
            count <= count + {1'b0, take} - {1'b0, give};
        end
        if (take) back <= in_data;
        if (give | count == 2'd0) front <= count[1] ? back : in_data;
    end
endmodule

`default_nettype wire
