// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// y = x * FACTOR, or x * 2^FACTOR where FREE, two cycles later.
module tandem_scale #(
    parameter integer IN = 8,
    parameter integer SIGNED = 1,
    parameter integer FACTOR = 1,  // unsigned, below 2^16
    parameter integer FREE = 0,
    parameter integer OUT = 26
) (
    input  wire                  clk,
    input  wire        [ IN-1:0] x,
    output wire signed [OUT-1:0] y
);
    localparam integer X = IN + 1 - SIGNED;
    reg signed [X-1:0] operand;
    generate
        if (SIGNED != 0) begin : g_signed
            always @(posedge clk) operand <= x;
        end else begin : g_unsigned
            always @(posedge clk) operand <= {1'b0, x};
        end
    endgenerate
    generate
        if (FREE != 0) begin : g_shift
            reg signed [X+FACTOR-1:0] product;
            always @(posedge clk) product <= {operand, {FACTOR{1'b0}}};
            assign y = {{(OUT - X - FACTOR) {product[X+FACTOR-1]}}, product};
        end else begin : g_multiply
            wire [16:0] value;
            tandem_constant #(.WIDTH(17), .VALUE(FACTOR)) factor (.value(value));
            wire signed [16:0] m = value;
            reg signed [X+16:0] product;
            always @(posedge clk) product <= operand * m;
            assign y = {{(OUT - X - 17) {product[X+16]}}, product};
        end
    endgenerate
endmodule

`default_nettype wire
