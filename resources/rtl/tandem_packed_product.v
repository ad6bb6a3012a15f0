// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// COUNT products of one activation in one DSP, two cycles later: a * (w[0] + w[1] * 2^P + ...), P = A + W
/// bits each. The weights come as fields of that one number: a field has what its lower neighbours borrow
/// taken off already (one, where they are negative), which W bits hold because no weight is -2^(W-1).
/// `offset` must be 2^(P-1) in every field but the highest: it keeps the fields below from borrowing, so that
/// every product can be read where it stands.
module tandem_packed_product #(
    parameter integer COUNT = 2,
    parameter integer A = 8,       // bits of the activation
    parameter integer SIGNED = 1,  // it is two's complement
    parameter integer W = 8        // bits of a weight's field
) (
    input  wire                   clk,
    input  wire [          A-1:0] a,
    input  wire [    COUNT*W-1:0] w,
    input  wire [COUNT*(A+W)-1:0] offset,
    output wire [COUNT*(A+W)-1:0] products
);
    localparam integer AX = A + 1 - SIGNED;
    localparam integer P = A + W;
    localparam integer Y = (COUNT - 1) * P + W;

    wire signed [AX-1:0] x;
    generate
        if (SIGNED != 0) begin : g_signed
            assign x = a;
        end else begin : g_unsigned
            assign x = {1'b0, a};
        end
    endgenerate
    wire signed [Y-1:0] y;
    genvar i;
    generate
        for (i = 0; i < COUNT; i = i + 1) begin : g_field
            if (i == COUNT - 1) begin : g_top
                assign y[i*P+:W] = w[i*W+:W];
            end else begin : g_low
                assign y[i*P+:P] = {{A{w[i*W+W-1]}}, w[i*W+:W]};
            end
        end
    endgenerate
    reg signed [COUNT*P-1:0] product;
    reg [COUNT*P-1:0] shifted;
    always @(posedge clk) begin
        product <= x * y;
        shifted <= product + offset;
    end
    generate
        for (i = 0; i < COUNT; i = i + 1) begin : g_split
            if (i == COUNT - 1) begin : g_top
                assign products[i*P+:P] = shifted[i*P+:P];
            end else begin : g_low
                assign products[i*P+:P] = {~shifted[i*P+P-1], shifted[i*P+:P-1]};
            end
        end
    endgenerate
endmodule

`default_nettype wire
