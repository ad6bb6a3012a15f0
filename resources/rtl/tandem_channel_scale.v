// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// A map times one factor per channel, LANES channels at a time:
/// y = clamp(((a - ZA) * (b - ZB) * M + ROUNDING) >>> SHIFT, LOW, HIGH). FREE: the multiplier is 2^M and costs
/// no hardware. The factors of a frame come as one pixel on the stream b; those of the next frame may come
/// while this one is scaled.
module tandem_channel_scale #(
    parameter integer LANES = 1,
    parameter integer CF = 1,         // beats of a pixel
    parameter integer PIXELS = 1,     // of a frame
    parameter integer A = 8,          // bits of the map's activations
    parameter integer A_SIGNED = 1,
    parameter integer ZA = 0,         // their zero point
    parameter integer B = 8,          // the same of the factors
    parameter integer B_SIGNED = 1,
    parameter integer ZB = 0,
    parameter integer M = 1,
    parameter integer FREE = 0,
    parameter [63:0] ROUNDING = 0,    // two's complement
    parameter integer RESULT = 36,    // signed bits that hold the result before the shift
    parameter integer SHIFT = 15,
    parameter integer OUT = 8,
    parameter integer LOW = -128,
    parameter integer HIGH = 127,
    parameter integer FACTOR_BLOCK = 0,  // the factors stand in block RAM
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
    // ---- the factors of two frames ----------------------------------------------------------------
    localparam integer N = CF > 1 ? $clog2(CF) : 1;
    localparam integer BP = $clog2(PIXELS + 1);
    localparam integer LAST_BEAT = CF - 1, LAST_PIXEL = PIXELS - 1;
    reg write_frame, read_frame;
    reg [N-1:0] write_beat, read_beat;
    reg [BP-1:0] pixel;
    reg [1:0] full;  // frames whose factors are all there
    wire go;
    wire push = b_valid & b_ready;
    wire start = a_valid & a_ready;
    wire pixel_in = push & write_beat == LAST_BEAT[N-1:0];
    wire pixel_done = start & read_beat == LAST_BEAT[N-1:0];
    wire frame_done = pixel_done & pixel == LAST_PIXEL[BP-1:0];
    assign b_ready = ~full[1];
    assign a_ready = go & full != 2'd0;

    reg [5:0] valid_at;  // operands, products, their copy, scaled, rounded, clamped
    always @(posedge clk) begin
        if (rst) begin
            write_frame <= 1'b0;
            read_frame <= 1'b0;
            write_beat <= 0;
            read_beat <= 0;
            pixel <= 0;
            full <= 2'd0;
            valid_at <= 6'd0;
        end else begin
            if (push) write_beat <= pixel_in ? {N{1'b0}} : write_beat + 1'b1;
            if (start) read_beat <= pixel_done ? {N{1'b0}} : read_beat + 1'b1;
            if (pixel_done) pixel <= frame_done ? {BP{1'b0}} : pixel + 1'b1;
            write_frame <= write_frame ^ pixel_in;
            read_frame <= read_frame ^ frame_done;
            full <= full + {1'b0, pixel_in} - {1'b0, frame_done};
            valid_at <= {valid_at[4:0], start};
        end
    end

    wire [LANES*(B+1)-1:0] factors_in, factors;  // without their zero point
    tandem_ram #(
        .WIDTH(LANES * (B + 1)),
        .DEPTH_LOG2(N + 1),
        .BLOCK(FACTOR_BLOCK)
    ) held (
        .clk(clk),
        .write(push),
        .write_address({write_frame, write_beat}),
        .write_data(factors_in),
        .read(1'b1),
        .read_address({read_frame, read_beat}),
        .read_data(factors)
    );

    // ---- products ---------------------------------------------------------------------------------
    localparam integer P = A + B + 2;
    wire [LANES*OUT-1:0] ready_data;
    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire [A:0] a = {(A_SIGNED != 0) & a_data[i*A+A-1], a_data[i*A+:A]};
            wire [B:0] b = {(B_SIGNED != 0) & b_data[i*B+B-1], b_data[i*B+:B]};
            assign factors_in[i*(B+1)+:B+1] = b - ZB[B:0];
            reg signed [A:0] x;
            wire signed [B:0] y = factors[i*(B+1)+:B+1];
            reg signed [P-1:0] product;
            wire signed [RESULT-1:0] scaled;
            tandem_scale #(.IN(P), .SIGNED(1), .FACTOR(M), .FREE(FREE), .OUT(RESULT)) scale (
                .clk(clk), .x(product), .y(scaled)
            );
            reg signed [RESULT-1:0] rounded;
            always @(posedge clk) begin
                x <= a - ZA[A:0];
                product <= x * y;
                rounded <= scaled + ROUNDING[RESULT-1:0];
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
        .in_valid(valid_at[5]), .in_data(ready_data),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
endmodule

`default_nettype wire
