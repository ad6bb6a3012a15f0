// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Residual addition of two streams, LANES channels at a time:
/// y = clamp((a * MA + b * MB + ROUNDING) >>> SHIFT, LOW, HIGH). FREE_A, FREE_B: the multiplier is a power of
/// two (2^MA, 2^MB) and costs no hardware.
module tandem_add #(
    parameter integer LANES = 1,
    parameter integer A = 8,          // bits of the first stream's activations
    parameter integer A_SIGNED = 1,
    parameter integer B = 8,
    parameter integer B_SIGNED = 1,
    parameter integer MA = 1,
    parameter integer MB = 1,
    parameter integer FREE_A = 0,
    parameter integer FREE_B = 0,
    parameter [63:0] ROUNDING = 0,    // two's complement
    parameter integer RESULT = 28,    // signed bits that hold the sum
    parameter integer SHIFT = 15,
    parameter integer OUT = 8,
    parameter integer LOW = -128,
    parameter integer HIGH = 127,
    parameter integer FIFO_LOG2 = 5
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 a_valid,
    output wire                 a_ready,
    input  wire [  LANES*A-1:0] a_data,
    input  wire                 b_valid,
    output wire                 b_ready,
    input  wire [  LANES*B-1:0] b_data,
    output wire                 out_valid,
    input  wire                 out_ready,
    output wire [LANES*OUT-1:0] out_data
);
    wire go;
    wire start = go & a_valid & b_valid;
    assign a_ready = go & b_valid;
    assign b_ready = go & a_valid;

    reg [4:0] valid_at;  // operands, products, sum, rounded, clamped
    always @(posedge clk) valid_at <= rst ? 5'd0 : {valid_at[3:0], start};

    wire [LANES*OUT-1:0] ready_data;
    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire signed [RESULT-1:0] scaled_a, scaled_b;
            tandem_scale #(.IN(A), .SIGNED(A_SIGNED), .FACTOR(MA), .FREE(FREE_A), .OUT(RESULT)) scale_a (
                .clk(clk), .x(a_data[i*A+:A]), .y(scaled_a)
            );
            tandem_scale #(.IN(B), .SIGNED(B_SIGNED), .FACTOR(MB), .FREE(FREE_B), .OUT(RESULT)) scale_b (
                .clk(clk), .x(b_data[i*B+:B]), .y(scaled_b)
            );
            reg signed [RESULT-1:0] sum, rounded;
            always @(posedge clk) begin
                sum <= scaled_a + scaled_b;
                rounded <= sum + ROUNDING[RESULT-1:0];
            end
            tandem_clamp #(.IN(RESULT), .SHIFT(SHIFT), .OUT(OUT), .LOW(LOW), .HIGH(HIGH)) clamp (
                .clk(clk), .x(rounded), .y(ready_data[i*OUT+:OUT])
            );
        end
    endgenerate

    tandem_outbox #(
        .WIDTH(LANES * OUT),
        .FIFO_LOG2(FIFO_LOG2)
    ) outbox (
        .clk(clk), .rst(rst), .start(start), .go(go),
        .in_valid(valid_at[4]), .in_data(ready_data),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
endmodule

`default_nettype wire
