// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// AXI-Stream slave port: takes the channels out of the low bits of tdata.
module tandem_axis_in #(
    parameter integer WIDTH = 8,
    parameter integer TDATA = 8  // a multiple of 8, at least WIDTH
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             s_axis_tvalid,
    output wire             s_axis_tready,
    input  wire [TDATA-1:0] s_axis_tdata,
    output wire             out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    generate
        if (TDATA > WIDTH) begin : g_padding
            wire unused_padding = &{1'b0, s_axis_tdata[TDATA-1:WIDTH]};
        end
    endgenerate

    tandem_slice #(
        .WIDTH(WIDTH)
    ) slice (
        .clk(clk),
        .rst(rst),
        .in_valid(s_axis_tvalid),
        .in_ready(s_axis_tready),
        .in_data(s_axis_tdata[WIDTH-1:0]),
        .out_valid(out_valid),
        .out_ready(out_ready),
        .out_data(out_data)
    );
endmodule

`default_nettype wire
