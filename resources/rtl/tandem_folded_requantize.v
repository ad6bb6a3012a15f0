// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Scales the sums of all lanes at once: clamp((sum * m + c) >>> (SHIFT + s), low, high) with the lane's field
/// {s, m, c} of `constants`: C bits of c, M of m (unsigned; 0: there is no multiplier), S of s. The constants
/// come one cycle after `done`, the outputs five cycles after it.
module tandem_folded_requantize #(
    parameter integer LANES = 4,
    parameter integer SUM = 28,
    parameter integer M = 16,
    parameter integer C = 45,
    parameter integer S = 6,        // at least 1
    parameter integer SHIFT = 0,
    parameter integer RESULT = 47,  // signed bits that hold sum * m + c, more than C and than SUM + M + 1
    parameter integer OUT = 8
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire                       done,
    input  wire [      LANES*SUM-1:0] sums,
    input  wire [LANES*(C+M+S)-1:0]   constants,
    input  wire signed [     OUT-1:0] low,
    input  wire signed [     OUT-1:0] high,
    output wire                       out_valid,
    output wire [      LANES*OUT-1:0] out_data
);
    localparam integer FIELD = C + M + S;
    localparam integer KEPT = RESULT > SHIFT ? RESULT - SHIFT : 1;
    localparam integer WIDE = KEPT > OUT ? KEPT : OUT;
    reg [4:0] valid_at;
    always @(posedge clk) valid_at <= rst ? 5'd0 : {valid_at[3:0], done};
    assign out_valid = valid_at[4];

    wire signed [WIDE-1:0] least = {{(WIDE - OUT + 1) {low[OUT-1]}}, low[OUT-2:0]};
    wire signed [WIDE-1:0] most = {{(WIDE - OUT + 1) {high[OUT-1]}}, high[OUT-2:0]};
    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire [FIELD-1:0] field = constants[i*FIELD+:FIELD];
            reg signed [SUM-1:0] held;
            reg signed [C-1:0] c;
            reg [S-1:0] s_product, s_result;
            reg signed [RESULT-1:0] result;
            wire signed [RESULT-1:0] offset = {{(RESULT - C) {c[C-1]}}, c};
            always @(posedge clk) begin
                held <= sums[i*SUM+:SUM];
                c <= field[C-1:0];
                s_product <= field[C+M+:S];
                s_result <= s_product;
            end
            if (M > 0) begin : g_multiply
                wire signed [M:0] m = {1'b0, field[C+:M]};
                reg signed [SUM+M:0] product;
                wire signed [RESULT-1:0] scaled = {{(RESULT - SUM - M - 1) {product[SUM+M]}}, product};
                always @(posedge clk) begin
                    product <= held * m;
                    result <= scaled + offset;
                end
            end else begin : g_pass
                reg signed [SUM-1:0] product;
                wire signed [RESULT-1:0] scaled = {{(RESULT - SUM) {product[SUM-1]}}, product};
                always @(posedge clk) begin
                    product <= held;
                    result <= scaled + offset;
                end
            end
            wire signed [RESULT-1:0] moved = result >>> SHIFT;
            wire signed [KEPT-1:0] kept = moved[KEPT-1:0];
            if (RESULT > KEPT) begin : g_dropped
                wire unused_sign = &{1'b0, moved[RESULT-1:KEPT]};
            end
            reg signed [KEPT-1:0] shifted;
            always @(posedge clk) shifted <= kept >>> s_result;
            wire signed [WIDE-1:0] value;
            if (WIDE > KEPT) begin : g_widen
                assign value = {{(WIDE - KEPT) {shifted[KEPT-1]}}, shifted};
            end else begin : g_same
                assign value = shifted;
            end
            reg [OUT-1:0] y;
            always @(posedge clk) y <= value < least ? low : value > most ? high : value[OUT-1:0];
            assign out_data[i*OUT+:OUT] = y;
        end
    endgenerate
endmodule

`default_nettype wire
