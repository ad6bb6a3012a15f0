// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Weights and requantization constants on their way from memory to the array: follows the list of loads
/// (one entry for each pass, see core/hw/folded_program.h) and keeps what the passes will read next in two
/// rings. A pass's weights come in chunks; its constants stand before its first chunk. A chunk is asked for
/// when the rings have room for all of it and the one before has arrived.
module tandem_folded_stream #(
    parameter integer BUS = 64,         // bits of a beat
    parameter integer WORD = 128,       // bits of a word of weights
    parameter integer SCALE = 128,      // bits of a word of constants
    parameter integer RING_LOG2 = 6,    // words of weights kept
    parameter integer SCALE_LOG2 = 4,   // words of constants kept
    parameter integer LOADS = 2,        // entries of the list
    parameter integer LOADS_LOG2 = 1,   // 2^LOADS_LOG2 >= LOADS
    parameter integer BURST_LOG2 = 4,
    parameter LOADS_FILE = ""
) (
    input  wire                  clk,
    input  wire                  rst,
    input  wire                  start,
    input  wire [          31:0] base,           // of the image, in beats
    output wire                  arvalid,
    input  wire                  arready,
    output wire [          31:0] araddr,         // in beats
    output wire [           7:0] arlen,
    input  wire                  rvalid,
    input  wire [       BUS-1:0] rdata,
    output wire                  chunk_ready,    // a chunk is there
    input  wire                  chunk_take,     // its pass begins to read it
    input  wire                  free_weights,   // a chunk was read for the last time
    input  wire [          15:0] free_weight_words,
    input  wire                  free_scales,    // the same of a pass's constants
    input  wire [          15:0] free_scale_words,
    input  wire [ RING_LOG2-1:0] weight_address,
    output wire [      WORD-1:0] weight,         // one cycle after the address
    input  wire [SCALE_LOG2-1:0] scale_address,
    output wire [     SCALE-1:0] scale
);
    localparam integer WORD_BEATS = (WORD + BUS - 1) / BUS;
    localparam integer SCALE_BEATS = (SCALE + BUS - 1) / BUS;
    localparam integer BEATS = WORD_BEATS > SCALE_BEATS ? WORD_BEATS : SCALE_BEATS;
    localparam integer BANK = $clog2(BEATS + 1);
    localparam integer LAST_WORD = WORD_BEATS - 1;
    localparam integer LAST_SCALE = SCALE_BEATS - 1;

    // ---- one entry of the list: chunks, words of one, words of constants, first beat, beats of the first and
    // ---- of the other chunks
    reg [LOADS_LOG2-1:0] index;
    wire [159:0] entry;
    tandem_rom #(
        .WIDTH(160), .DEPTH(LOADS), .ADDRESS(LOADS_LOG2), .BLOCK(0), .FILE(LOADS_FILE)
    ) list (.clk(clk), .address(index), .data(entry));
    wire [15:0] entry_chunks = entry[15:0];
    wire [15:0] entry_words = entry[31:16];
    wire [15:0] entry_scales = entry[47:32];
    wire unused = &{1'b0, entry[63:48], entry[127:120], entry[159:152]};

    localparam [2:0] IDLE = 3'd0, LOOK = 3'd1, OPEN = 3'd2, SPACE = 3'd3, FILL = 3'd4;
    reg [2:0] state;
    reg [15:0] chunks;
    reg opening;                 // the next chunk is its pass's first one
    reg [31:0] address;          // of the next chunk
    reg [23:0] left;             // beats to come of this chunk
    reg [15:0] scales_left;      // words of constants to come
    reg signed [16:0] weights_free, scales_free;
    wire [23:0] beats = opening ? entry[119:96] : entry[151:128];
    wire fits = weights_free >= $signed({1'b0, entry_words}) &
                (~opening | scales_free >= $signed({1'b0, entry_scales}));
    wire ask = state == SPACE & fits;
    wire over = rvalid & left == 24'd1;

    tandem_folded_burst #(
        .BURST_LOG2(BURST_LOG2)
    ) bursts (
        .clk(clk), .rst(rst), .start(ask), .address(address), .beats(beats),
        .valid(arvalid), .ready(arready), .request(araddr), .length(arlen)
    );

    localparam [16:0] RING = 1 << RING_LOG2, SCALES = 1 << SCALE_LOG2;
    reg [15:0] there;  // chunks that have arrived and were not taken
    assign chunk_ready = there != 16'd0;
    always @(posedge clk) begin
        if (rst) begin
            state <= IDLE;
            there <= 16'd0;
            weights_free <= RING;
            scales_free <= SCALES;
            index <= 0;
        end else begin
            case (state)
                IDLE: if (start) begin
                    state <= LOOK;
                    index <= 0;
                end
                LOOK: state <= OPEN;
                OPEN: begin
                    state <= entry_chunks == 16'd0 ? IDLE : SPACE;
                    chunks <= entry_chunks;
                    opening <= 1'b1;
                    address <= base + entry[95:64];
                end
                SPACE: if (fits) begin
                    state <= FILL;
                    opening <= 1'b0;
                    address <= address + {8'd0, beats};
                    chunks <= chunks - 16'd1;
                end
                default: if (over) begin
                    state <= chunks == 16'd0 ? LOOK : SPACE;
                    if (chunks == 16'd0) index <= index + 1'b1;
                end
            endcase
            there <= there + {15'd0, over} - {15'd0, chunk_take};
            weights_free <= weights_free + (free_weights ? $signed({1'b0, free_weight_words}) : 17'sd0) -
                            (ask ? $signed({1'b0, entry_words}) : 17'sd0);
            scales_free <= scales_free + (free_scales ? $signed({1'b0, free_scale_words}) : 17'sd0) -
                           (ask & opening ? $signed({1'b0, entry_scales}) : 17'sd0);
        end
    end

    // ---- beats into the rings ----------------------------------------------------------------------
    reg [BANK-1:0] bank;
    reg [RING_LOG2-1:0] word;
    reg [SCALE_LOG2-1:0] scale_word;
    wire scaling = scales_left != 16'd0;
    wire full = bank == (scaling ? LAST_SCALE[BANK-1:0] : LAST_WORD[BANK-1:0]);
    always @(posedge clk) begin
        if (ask) begin
            left <= beats;
            scales_left <= opening ? entry_scales : 16'd0;
        end else if (rvalid) begin
            left <= left - 24'd1;
            if (scaling & full) scales_left <= scales_left - 16'd1;
        end
        if (rst) begin
            bank <= 0;
            word <= 0;
            scale_word <= 0;
        end else if (rvalid) begin
            bank <= full ? {BANK{1'b0}} : bank + 1'b1;
            if (full & ~scaling) word <= word + 1'b1;
            if (full & scaling) scale_word <= scale_word + 1'b1;
        end
    end

    genvar b;
    generate
        for (b = 0; b < WORD_BEATS; b = b + 1) begin : g_weights
            localparam integer PART = b == LAST_WORD ? WORD - b * BUS : BUS;
            tandem_ram #(
                .WIDTH(PART), .DEPTH_LOG2(RING_LOG2), .BLOCK(RING_LOG2 > 6 ? 1 : 0)
            ) ring (
                .clk(clk),
                .write(rvalid & ~scaling & bank == b), .write_address(word), .write_data(rdata[PART-1:0]),
                .read(1'b1), .read_address(weight_address), .read_data(weight[b*BUS+:PART])
            );
        end
        for (b = 0; b < SCALE_BEATS; b = b + 1) begin : g_scales
            localparam integer PART = b == LAST_SCALE ? SCALE - b * BUS : BUS;
            tandem_ram #(
                .WIDTH(PART), .DEPTH_LOG2(SCALE_LOG2), .BLOCK(SCALE_LOG2 > 6 ? 1 : 0)
            ) ring (
                .clk(clk),
                .write(rvalid & scaling & bank == b), .write_address(scale_word), .write_data(rdata[PART-1:0]),
                .read(1'b1), .read_address(scale_address), .read_data(scale[b*BUS+:PART])
            );
        end
    endgenerate
endmodule

`default_nettype wire
