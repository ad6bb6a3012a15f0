// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Pooling engine for LANES channels at a time. MAXIMUM: the largest tap inside the map. Otherwise the
/// average: the sum of the window (taps outside the map count as PAD) scaled as in tandem_requantize, whose
/// memory holds one word; OUT_LANES channels leave at a time.
module tandem_pool #(
    parameter integer CHANNELS = 1,
    parameter integer IH = 2,
    parameter integer IW = 2,
    parameter integer OH = 1,
    parameter integer OW = 1,
    parameter integer KH = 2,
    parameter integer KW = 2,
    parameter integer SH = 2,
    parameter integer SW = 2,
    parameter integer PT = 0,
    parameter integer PL = 0,
    parameter integer PAD = 0,
    parameter integer MAXIMUM = 1,
    parameter integer LANES = 1,
    parameter integer OUT_LANES = 1,  // MAXIMUM: LANES
    parameter integer A = 8,
    parameter integer SIGNED = 1,
    parameter integer SUM = 16,
    parameter integer M = 16,
    parameter integer C = 33,
    parameter integer RESULT = 34,
    parameter integer SHIFT = 15,
    parameter integer OUT = 8,        // MAXIMUM: A
    parameter integer LOW = -128,
    parameter integer HIGH = 127,
    parameter integer RING_LOG2 = 5,
    parameter integer RING_BLOCK = 0,
    parameter integer FIFO_LOG2 = 5,
    parameter SCALE_FILE = ""
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     in_valid,
    output wire                     in_ready,
    input  wire [      LANES*A-1:0] in_data,
    output wire                     out_valid,
    input  wire                     out_ready,
    output wire [OUT_LANES*OUT-1:0] out_data
);
    localparam integer CF = CHANNELS / LANES;
    localparam integer STEPS = CF * KH * KW;
    localparam integer STEP = STEPS > 1 ? $clog2(STEPS) : 1;
    localparam integer LOWEST = SIGNED != 0 ? -(1 << (A - 1)) : 0;
    localparam integer OUTSIDE = MAXIMUM != 0 ? LOWEST : PAD;

    wire go, start, valid, pad, first, last, ready_valid;
    wire [STEP-1:0] step;
    wire [LANES*A-1:0] a;
    wire [OUT_LANES*OUT-1:0] ready_data;
    wire run;
    wire unused_step = &{1'b0, run, step};

    tandem_window #(
        .WIDTH(LANES * A),
        .CF(CF),
        .IH(IH), .IW(IW), .OH(OH), .OW(OW), .KH(KH), .KW(KW),
        .SH(SH), .SW(SW), .PT(PT), .PL(PL),
        .NF(CF),
        .SLICES(CF),
        .DEPTH_LOG2(RING_LOG2),
        .BLOCK(RING_BLOCK),
        .STEP(STEP)
    ) window (
        .clk(clk), .rst(rst),
        .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .go(go), .step_go(1'b1), .start(start), .run(run), .step(step),
        .data_valid(valid), .data_pad(pad), .data_first(first), .data_last(last), .data(a)
    );

    // The tap, then the running maximum or sum one cycle later.
    reg [LANES*A-1:0] tap;
    reg tap_first;
    reg [1:0] last_at;
    always @(posedge clk) begin
        tap <= pad ? {LANES{OUTSIDE[A-1:0]}} : a;
        tap_first <= first;
        last_at <= rst ? 2'd0 : {last_at[0], valid & last};
    end

    genvar i;
    generate
        if (MAXIMUM != 0) begin : g_maximum
            for (i = 0; i < LANES; i = i + 1) begin : g_lane
                wire [A-1:0] x = tap[i*A+:A];
                reg [A-1:0] best;
                wire above = SIGNED != 0 ? $signed(x) > $signed(best) : x > best;
                always @(posedge clk) if (tap_first | above) best <= x;
                assign ready_data[i*A+:A] = best;
            end
            assign ready_valid = last_at[1];
        end else begin : g_average
            wire [LANES*SUM-1:0] sums;
            for (i = 0; i < LANES; i = i + 1) begin : g_lane
                wire [A-1:0] x = tap[i*A+:A];
                reg [SUM-1:0] sum;
                wire [SUM-1:0] term = {{(SUM - A) {(SIGNED != 0) & x[A-1]}}, x};
                always @(posedge clk) sum <= (tap_first ? {SUM{1'b0}} : sum) + term;
                assign sums[i*SUM+:SUM] = sum;
            end
            tandem_requantize #(
                .PE(LANES), .LANES(OUT_LANES), .SUM(SUM), .M(M), .C(C), .S(0), .RESULT(RESULT), .SHIFT(SHIFT),
                .OUT(OUT), .LOW(LOW), .HIGH(HIGH),
                .WORDS(1), .ADDRESS(1), .FILE(SCALE_FILE)
            ) requantize (
                .clk(clk), .rst(rst), .done(last_at[1]), .sums(sums),
                .out_valid(ready_valid), .out_data(ready_data)
            );
        end
    endgenerate

    tandem_outbox #(
        .WIDTH(OUT_LANES * OUT),
        .BEATS(LANES / OUT_LANES),
        .FIFO_LOG2(FIFO_LOG2)
    ) outbox (
        .clk(clk), .rst(rst), .start(start), .go(go),
        .in_valid(ready_valid), .in_data(ready_data),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
endmodule

`default_nettype wire
