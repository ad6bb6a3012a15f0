// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Gives every beat to COUNT consumers; each takes it when it can, and the next beat comes when all have.
module tandem_fork #(
    parameter integer WIDTH = 8,
    parameter integer COUNT = 2
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,
    output wire [COUNT-1:0] out_valid,
    input  wire [COUNT-1:0] out_ready,
    output wire [WIDTH-1:0] out_data
);
    reg [COUNT-1:0] done;
    assign out_valid = {COUNT{in_valid}} & ~done;
    assign in_ready = &(done | out_ready);
    assign out_data = in_data;

    always @(posedge clk) begin
        if (rst) done <= {COUNT{1'b0}};
        else if (in_valid) done <= in_ready ? {COUNT{1'b0}} : done | out_ready;
    end
endmodule

`default_nettype wire
