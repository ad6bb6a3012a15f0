// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// AXI-Stream master port: pads the channels with zeros to TDATA bits and marks the last of every BEATS
/// beats with tlast.
module tandem_axis_out #(
    parameter integer WIDTH = 8,
    parameter integer TDATA = 8,  // a multiple of 8, at least WIDTH
    parameter integer BEATS = 1   // of one frame
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,
    output wire             m_axis_tvalid,
    input  wire             m_axis_tready,
    output wire [TDATA-1:0] m_axis_tdata,
    output wire             m_axis_tlast
);
    localparam integer B = $clog2(BEATS + 1);
    localparam integer LAST = BEATS - 1;
    wire [WIDTH-1:0] data;
    reg [B-1:0] beat;
    wire give = m_axis_tvalid & m_axis_tready;

    assign m_axis_tlast = beat == LAST[B-1:0];
    generate
        if (TDATA > WIDTH) begin : g_padded
            assign m_axis_tdata = {{(TDATA - WIDTH) {1'b0}}, data};
        end else begin : g_exact
            assign m_axis_tdata = data;
        end
    endgenerate

    always @(posedge clk) begin
        if (rst) beat <= 0;
        else if (give) beat <= m_axis_tlast ? {B{1'b0}} : beat + 1'b1;
    end

    tandem_slice #(
        .WIDTH(WIDTH)
    ) slice (
        .clk(clk),
        .rst(rst),
        .in_valid(in_valid),
        .in_ready(in_ready),
        .in_data(in_data),
        .out_valid(m_axis_tvalid),
        .out_ready(m_axis_tready),
        .out_data(data)
    );
endmodule

`default_nettype wire
