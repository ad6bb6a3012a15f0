// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Convolution engine: window, products and sums, requantization, output buffer. SEPARATE: depth-wise, PE ==
/// SIMD channels at a time. A fully connected layer is a kernel as large as the map. Beats carry channels side
/// by side, low channel in the low bits, order row, column, channel group; the output PE / LANES beats for
/// each group of PE channels. Weights stand outside: a word for each step of a pixel, a cycle after its step.
/// STREAM: a step waits until its word is there (`weight_ready`).
module tandem_conv #(
    parameter integer IC = 1,            // input and output channels
    parameter integer OC = 1,
    parameter integer IH = 3,
    parameter integer IW = 3,
    parameter integer OH = 1,
    parameter integer OW = 1,
    parameter integer KH = 3,
    parameter integer KW = 3,
    parameter integer SH = 1,
    parameter integer SW = 1,
    parameter integer DH = 1,
    parameter integer DW = 1,
    parameter integer PT = 0,
    parameter integer PL = 0,
    parameter integer PAD = 0,           // activation outside the map: the input's zero point
    parameter integer SEPARATE = 0,
    parameter integer SLICES = 1,        // groups of channels that the engine takes one after the other
    parameter integer PE = 1,
    parameter integer SIMD = 1,
    parameter integer LANES = 1,
    parameter integer PACK = 1,          // products of a DSP, 0: in LUTs; see tandem_mac
    parameter integer A = 8,             // bits of an input activation
    parameter integer SIGNED = 1,
    parameter integer W = 8,             // bits of a weight
    parameter integer SUM = 24,
    parameter integer M = 16,            // see tandem_requantize
    parameter integer C = 41,
    parameter integer S = 0,
    parameter integer RESULT = 43,
    parameter integer SHIFT = 15,
    parameter integer OUT = 8,
    parameter integer LOW = -128,
    parameter integer HIGH = 127,
    parameter integer RING_LOG2 = 5,     // line buffer beats
    parameter integer RING_BLOCK = 0,
    parameter integer FIFO_LOG2 = 5,     // output buffer beats
    parameter integer STEP = 6,          // bits of a pixel's step
    parameter integer STREAM = 0,
    parameter SCALE_FILE = ""
) (
    input  wire                                  clk,
    input  wire                                  rst,
    input  wire                                  in_valid,
    output wire                                  in_ready,
    input  wire [                    SIMD*A-1:0] in_data,
    input  wire                                  weight_ready,
    output wire                                  weight_take,   // a step
    output wire [                      STEP-1:0] weight_step,
    input  wire [(SEPARATE!=0?PE:PE*SIMD)*W-1:0] weight,
    output wire                                  out_valid,
    input  wire                                  out_ready,
    output wire [                 LANES*OUT-1:0] out_data
);
    localparam integer CF = IC / SIMD;
    localparam integer NF = OC / PE;
    localparam integer PARTS = SEPARATE != 0 ? CF : SLICES;
    localparam integer TREE = SEPARATE != 0 ? 0 : $clog2(SIMD);
    localparam integer WORDS = OC / LANES;
    localparam integer ADDRESS = WORDS > 1 ? $clog2(WORDS) : 1;

    wire go, start, valid, pad, first, last, done, ready_valid;
    wire [SIMD*A-1:0] a;
    wire [(SEPARATE!=0?PE:PE*SIMD)*W-1:0] w;
    wire [PE*SUM-1:0] sums;
    wire [LANES*OUT-1:0] ready_data;

    tandem_window #(
        .WIDTH(SIMD * A),
        .CF(CF),
        .IH(IH), .IW(IW), .OH(OH), .OW(OW), .KH(KH), .KW(KW),
        .SH(SH), .SW(SW), .DH(DH), .DW(DW), .PT(PT), .PL(PL),
        .NF(NF),
        .SLICES(PARTS),
        .DEPTH_LOG2(RING_LOG2),
        .BLOCK(RING_BLOCK),
        .STEP(STEP)
    ) window (
        .clk(clk), .rst(rst),
        .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .go(go), .step_go(STREAM == 0 | weight_ready), .start(start), .run(weight_take), .step(weight_step),
        .data_valid(valid), .data_pad(pad), .data_first(first), .data_last(last), .data(a)
    );

    // A step that waits multiplies by nothing.
    generate
        if (STREAM != 0) begin : g_pauses
            assign w = valid ? weight : {((SEPARATE != 0 ? PE : PE * SIMD) * W) {1'b0}};
        end else begin : g_steady
            wire unused_ready = weight_ready;
            assign w = weight;
        end
    endgenerate

    tandem_mac #(
        .PE(PE), .SIMD(SIMD), .A(A), .SIGNED(SIGNED), .W(W), .SUM(SUM),
        .SEPARATE(SEPARATE), .TREE(TREE), .PAD(PAD), .PACK(PACK)
    ) mac (
        .clk(clk), .rst(rst),
        .valid(valid), .pad(pad), .first(first), .last(last), .a(a), .w(w),
        .done(done), .sums(sums)
    );

    tandem_requantize #(
        .PE(PE), .LANES(LANES), .SUM(SUM), .M(M), .C(C), .S(S), .RESULT(RESULT), .SHIFT(SHIFT),
        .OUT(OUT), .LOW(LOW), .HIGH(HIGH),
        .WORDS(WORDS), .ADDRESS(ADDRESS), .FILE(SCALE_FILE)
    ) requantize (
        .clk(clk), .rst(rst), .done(done), .sums(sums),
        .out_valid(ready_valid), .out_data(ready_data)
    );

    tandem_outbox #(
        .WIDTH(LANES * OUT),
        .BEATS(PE / LANES),
        .FIFO_LOG2(FIFO_LOG2)
    ) outbox (
        .clk(clk), .rst(rst), .start(start), .go(go),
        .in_valid(ready_valid), .in_data(ready_data),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
endmodule

`default_nettype wire
