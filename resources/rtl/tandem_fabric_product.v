// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// product = a * w in LUTs, one cycle later: radix-4 Booth digits of the weight (-2, -1, 0, 1, 2), one row of
/// adders each. A row is written as a subtraction so that its operand, chosen from `a` by three bits of the
/// weight, and the adder's own function share a LUT.
module tandem_fabric_product #(
    parameter integer A = 8,       // bits of the activation
    parameter integer SIGNED = 1,  // it is two's complement
    parameter integer W = 8        // bits of the weight, two's complement
) (
    input  wire           clk,
    input  wire [  A-1:0] a,
    input  wire [  W-1:0] w,
    output reg  [A+W-1:0] product
);
    localparam integer AX = A + 1 - SIGNED;
    localparam integer ROWS = (W + 1) / 2;
    localparam integer ALL = AX + 2 * ROWS;

    wire [AX-1:0] x;
    generate
        if (SIGNED != 0) begin : g_signed
            assign x = a;
        end else begin : g_unsigned
            assign x = {1'b0, a};
        end
    endgenerate
    wire [2*ROWS:0] digits;  // of the weight, with the zero below it
    wire [ALL-1:0] all;
    genvar i;
    generate
        if (2 * ROWS > W) begin : g_odd
            assign digits = {w[W-1], w, 1'b0};
        end else begin : g_even
            assign digits = {w, 1'b0};
        end
        for (i = 0; i < ROWS; i = i + 1) begin : g_row
            wire [2:0] digit = digits[2*i+:3];
            wire less = digit[2];
            wire once = digit[1] ^ digit[0];
            wire twice = digit == 3'b011 | digit == 3'b100;
            wire [AX:0] part = (({AX + 1{once}} & {x[AX-1], x}) | ({AX + 1{twice}} & {x, 1'b0})) ^ {AX + 1{less}};
            wire [AX+1:0] sum;  // of the rows so far, in units of this row
            if (i == 0) begin : g_first
                assign sum = {part[AX], part} + {{(AX + 1) {1'b0}}, less};
            end else begin : g_next
                wire [AX+1:0] above = g_row[i-1].sum;
                wire [AX+2:0] difference = {above[AX+1], above[AX+1], above[AX+1:2], 1'b0} -
                                           {~part[AX], ~part, ~less};
                wire unused_borrow = &{1'b0, difference[0]};
                assign sum = difference[AX+2:1];
            end
            if (i == ROWS - 1) begin : g_last
                assign all[2*i+:AX+2] = sum;
            end else begin : g_low
                assign all[2*i+:2] = sum[1:0];
            end
        end
        if (ALL > A + W) begin : g_sign
            wire unused_sign = &{1'b0, all[ALL-1:A+W]};
        end
    endgenerate
    always @(posedge clk) product <= all[A+W-1:0];
endmodule

`default_nettype wire
