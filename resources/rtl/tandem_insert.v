// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Sets the cells of a map FH rows and FW columns apart; every cell between them has the value FILL in all
/// channels. No registers in the way of the data.
module tandem_insert #(
    parameter integer LANES = 1,
    parameter integer A = 8,   // bits of a channel
    parameter integer CF = 1,  // beats of a pixel
    parameter integer IW = 1,  // columns of the input
    parameter integer FH = 2,
    parameter integer FW = 2,
    parameter integer FILL = 0
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               in_valid,
    output wire               in_ready,
    input  wire [LANES*A-1:0] in_data,
    output wire               out_valid,
    input  wire               out_ready,
    output wire [LANES*A-1:0] out_data
);
    localparam integer ROW = IW * FW;
    localparam integer BC = $clog2(CF + 1), BW = $clog2(FW + 1), BX = $clog2(ROW + 1), BH = $clog2(FH + 1);
    localparam integer LAST_C = CF - 1, LAST_W = FW - 1, LAST_X = ROW - 1, LAST_H = FH - 1;
    reg [BC-1:0] beat;
    reg [BW-1:0] between_x;
    reg [BX-1:0] column;
    reg [BH-1:0] between_y;
    wire last_c = beat == LAST_C[BC-1:0];
    wire last_x = column == LAST_X[BX-1:0];
    wire cell_here = between_x == 0 & between_y == 0;

    assign out_valid = in_valid | ~cell_here;
    assign in_ready = out_ready & cell_here;
    assign out_data = cell_here ? in_data : {LANES{FILL[A-1:0]}};

    always @(posedge clk) begin
        if (rst) begin
            beat <= 0;
            between_x <= 0;
            column <= 0;
            between_y <= 0;
        end else if (out_valid & out_ready) begin
            beat <= last_c ? {BC{1'b0}} : beat + 1'b1;
            if (last_c) begin
                between_x <= between_x == LAST_W[BW-1:0] ? {BW{1'b0}} : between_x + 1'b1;
                column <= last_x ? {BX{1'b0}} : column + 1'b1;
                if (last_x) between_y <= between_y == LAST_H[BH-1:0] ? {BH{1'b0}} : between_y + 1'b1;
            end
        end
    end
endmodule

`default_nettype wire
