// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// The bank between a pipeline and a folded accelerator: gathers beats of LANES channels into words of COLUMNS
/// channels, every pixel from a new word on, as the activation memory keeps them (A bits, unsigned ones less
/// 2^(A-1)), and holds 2^DEPTH_LOG2 words. A word is at the output four cycles after its last beat came in.
module tandem_hybrid_join #(
    parameter integer LANES = 1,      // divides COLUMNS
    parameter integer COLUMNS = 4,
    parameter integer BITS = 8,       // of a channel in a beat, at most A
    parameter integer SIGNED = 1,
    parameter integer A = 8,
    parameter integer BEATS = 4,      // of a pixel
    parameter integer DEPTH_LOG2 = 5
) (
    input  wire                  clk,
    input  wire                  rst,
    input  wire                  in_valid,
    output wire                  in_ready,
    input  wire [LANES*BITS-1:0] in_data,
    output wire                  out_valid,
    input  wire                  out_ready,
    output wire [ COLUMNS*A-1:0] out_data
);
    localparam integer PLACES = COLUMNS / LANES;
    localparam integer P = $clog2(PLACES + 1);
    localparam integer B = $clog2(BEATS + 1);
    localparam integer LAST_PLACE = PLACES - 1;
    localparam integer LAST_BEAT = BEATS - 1;

    reg [P-1:0] place;
    reg [B-1:0] beat;
    reg [COLUMNS*A-1:0] word;
    reg full;
    wire room;
    wire take = in_valid & in_ready;
    wire pixel_over = beat == LAST_BEAT[B-1:0];
    wire word_over = pixel_over | place == LAST_PLACE[P-1:0];
    assign in_ready = ~full | room;
    always @(posedge clk) begin
        if (rst) begin
            place <= 0;
            beat <= 0;
            full <= 1'b0;
        end else begin
            full <= (take & word_over) | (full & ~room);
            if (take) begin
                place <= word_over ? {P{1'b0}} : place + 1'b1;
                beat <= pixel_over ? {B{1'b0}} : beat + 1'b1;
            end
        end
    end
    genvar i;
    generate
        for (i = 0; i < COLUMNS; i = i + 1) begin : g_lane
            wire [BITS-1:0] element = in_data[i%LANES*BITS+:BITS];
            wire [A-1:0] stored;
            if (SIGNED != 0 && A > BITS) begin : g_signed
                assign stored = {{(A - BITS) {element[BITS-1]}}, element};
            end else if (SIGNED != 0) begin : g_same
                assign stored = element;
            end else if (A > BITS) begin : g_unsigned
                wire [A-1:0] wide = {{(A - BITS) {1'b0}}, element};
                assign stored = {~wide[A-1], wide[A-2:0]};
            end else begin : g_flipped
                assign stored = {~element[BITS-1], element[BITS-2:0]};
            end
            localparam integer PLACE = i / LANES;
            always @(posedge clk)
                if (take)  // the first beat of a word clears the rest of it
                    word[i*A+:A] <= place == PLACE[P-1:0] ? stored : place == 0 ? {A{1'b0}} : word[i*A+:A];
        end
    endgenerate

    tandem_fifo #(
        .WIDTH(COLUMNS * A), .DEPTH_LOG2(DEPTH_LOG2), .BLOCK(DEPTH_LOG2 > 6 ? 1 : 0)
    ) bank (
        .clk(clk), .rst(rst), .in_valid(full), .in_ready(room), .in_data(word),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
endmodule

`default_nettype wire
