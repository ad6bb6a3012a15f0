// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Takes the sums of PE channels when `done`, hands them on LANES at a time, low channels first, and scales
/// each to the output: clamp((sum * m + c) >>> (SHIFT + s), LOW, HIGH). The constants stand in a memory, one
/// word for each beat of a pixel, LANES fields of {s, m, c}: C bits of c (signed; bias * m and the rounding),
/// M bits of m (unsigned; 0: there is no multiplier), S bits of s (0: one shift for all channels).
/// The first beat comes five cycles after `done`; PE / LANES beats, so `done` must not come sooner again.
module tandem_requantize #(
    parameter integer PE = 1,
    parameter integer LANES = 1,    // divides PE
    parameter integer SUM = 24,     // bits of a sum
    parameter integer M = 16,
    parameter integer C = 41,
    parameter integer S = 0,
    parameter integer RESULT = 43,  // signed bits that hold sum * m + c, more than C and than SUM + M + 1
    parameter integer SHIFT = 15,
    parameter integer OUT = 8,      // bits of an output
    parameter integer LOW = -128,
    parameter integer HIGH = 127,
    parameter integer WORDS = 1,    // beats of a pixel
    parameter integer ADDRESS = 1,  // 2^ADDRESS >= WORDS
    parameter FILE = ""
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 done,
    input  wire [   PE*SUM-1:0] sums,
    output wire                 out_valid,
    output wire [LANES*OUT-1:0] out_data
);
    localparam integer BEATS = PE / LANES;
    localparam integer FIELD = C + M + S;
    localparam integer LAST = WORDS - 1;
    localparam integer LEFT = BEATS - 1;
    localparam integer BL = $clog2(BEATS + 1);

    // ---- one beat after another -------------------------------------------------------------------
    reg [PE*SUM-1:0] held;
    reg [BL-1:0] left;
    wire more = left != 0;
    wire take = done | more;
    generate
        if (BEATS > 1) begin : g_shift
            always @(posedge clk) held <= done ? sums : {{(LANES * SUM) {1'b0}}, held[PE*SUM-1:LANES*SUM]};
        end else begin : g_hold
            always @(posedge clk) held <= sums;
        end
    endgenerate

    reg [ADDRESS-1:0] word;
    reg [4:0] valid_at;  // sums held, product, result, shifted, clamped
    always @(posedge clk) begin
        if (rst) begin
            left <= 0;
            word <= 0;
            valid_at <= 5'd0;
        end else begin
            if (done) left <= LEFT[BL-1:0];
            else if (more) left <= left - 1'b1;
            if (take) word <= word == LAST[ADDRESS-1:0] ? {ADDRESS{1'b0}} : word + 1'b1;
            valid_at <= {valid_at[3:0], take};
        end
    end
    assign out_valid = valid_at[4];

    wire [LANES*FIELD-1:0] fields;
    tandem_rom #(
        .WIDTH(LANES * FIELD),
        .DEPTH(1 << ADDRESS),
        .ADDRESS(ADDRESS),
        .BLOCK(0),
        .FILE(FILE)
    ) constants (
        .clk(clk),
        .address(word),
        .data(fields)
    );

    // ---- scale and clamp --------------------------------------------------------------------------
    localparam integer SHIFTED = RESULT > SHIFT ? RESULT - SHIFT : 1;
    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire signed [SUM-1:0] sum = held[i*SUM+:SUM];
            reg signed [C-1:0] c;
            wire signed [RESULT-1:0] offset = {{(RESULT - C) {c[C-1]}}, c};
            reg signed [RESULT-1:0] result;
            always @(posedge clk) c <= fields[i*FIELD+:C];

            if (M > 0) begin : g_multiply
                wire signed [M:0] m = {1'b0, fields[i*FIELD+C+:M]};
                reg signed [SUM+M:0] product;
                wire signed [RESULT-1:0] scaled = {{(RESULT - SUM - M - 1) {product[SUM+M]}}, product};
                always @(posedge clk) begin
                    product <= sum * m;
                    result <= scaled + offset;
                end
            end else begin : g_pass
                reg signed [SUM-1:0] product;
                wire signed [RESULT-1:0] scaled = {{(RESULT - SUM) {product[SUM-1]}}, product};
                always @(posedge clk) begin
                    product <= sum;
                    result <= scaled + offset;
                end
            end

            wire signed [RESULT-1:0] moved = result >>> SHIFT;
            wire signed [SHIFTED-1:0] kept = moved[SHIFTED-1:0];
            if (RESULT > SHIFTED) begin : g_dropped
                wire unused_sign = &{1'b0, moved[RESULT-1:SHIFTED]};
            end
            reg signed [SHIFTED-1:0] shifted;
            if (S > 0) begin : g_shift_more
                reg [S-1:0] s_product, s_result;
                always @(posedge clk) begin
                    s_product <= fields[i*FIELD+C+M+:S];
                    s_result <= s_product;
                    shifted <= kept >>> s_result;
                end
            end else begin : g_shift_same
                always @(posedge clk) shifted <= kept;
            end

            tandem_clamp #(.IN(SHIFTED), .SHIFT(0), .OUT(OUT), .LOW(LOW), .HIGH(HIGH)) clamp (
                .clk(clk), .x(shifted), .y(out_data[i*OUT+:OUT])
            );
        end
    endgenerate
endmodule

`default_nettype wire
