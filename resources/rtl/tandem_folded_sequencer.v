// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Walks the program (32 words of 32 bits an instruction, see core/hw/folded_program.h): fetches an
/// instruction, then counts six nested loops, one step a cycle, while each address moves by the jump of the
/// outermost loop that advances. Steps come out one cycle later, in registers. Loops 0 to 2 are one group:
/// what is summed up for one word of outputs.
module tandem_folded_sequencer #(
    parameter integer PROGRAM_LOG2 = 6,
    parameter integer READ = 12,       // bits of a read address, in slices
    parameter integer SLICES = 1,      // of a word of activations
    parameter integer WRITE = 12,      // bits of a write address, in words
    parameter integer RING_LOG2 = 6,
    parameter integer ROWS_LOG2 = 2,   // slices of a word of weights
    parameter integer WEIGHT = 10,     // bits of a slice's place in its chunk, more than ROWS_LOG2
    parameter integer SCALE_LOG2 = 4,
    parameter integer LANE = 8,        // bits of an activation
    parameter PROGRAM_FILE = ""
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   start,
    output wire                   done,          // one cycle
    output wire                   trace,         // an instruction begins
    output reg  [           15:0] trace_index,
    input  wire                   chunk_ready,
    output wire                   chunk_take,
    output wire                   free_weights,
    output wire [           15:0] free_weight_words,
    output wire                   free_scales,
    output wire [           15:0] free_scale_words,
    output reg                    move_load,     // one cycle
    output reg                    move_store,    // one cycle
    output reg                    move_take,     // one cycle
    output wire [            1:0] move_region,
    output wire                   move_flip,
    output wire [           31:0] move_offset,   // in beats
    output wire [           31:0] move_address,  // in words
    output wire [           23:0] move_words,
    output wire [           23:0] move_beats,
    input  wire                   move_done,
    output reg                    step,
    output reg                    step_first,
    output reg                    step_last,
    output reg                    step_pad,
    output reg  [       READ-1:0] read_address,
    output reg  [  RING_LOG2-1:0] weight_address,
    output reg  [  ROWS_LOG2-1:0] weight_slice,
    output reg  [      WRITE-1:0] write_address,
    output reg  [ SCALE_LOG2-1:0] scale_address,
    output reg                    lanes,
    output reg                    scalar,
    output reg                    maximum,
    output reg                    paired,
    output reg                    lookup,
    output reg  [            6:0] table_index,
    output reg signed [ LANE-1:0] pad_value,
    output reg signed [ LANE-1:0] low,
    output reg signed [ LANE-1:0] high,
    output reg signed [     17:0] factor_first,
    output reg signed [     17:0] factor_other
);
    localparam [2:0] IDLE = 3'd0, FETCH = 3'd1, BEGIN = 3'd2, WAIT = 3'd3, RUN = 3'd4, MOVE = 3'd5;
    reg [2:0] state;

    // ---- fetch ------------------------------------------------------------------------------------
    reg [PROGRAM_LOG2-1:0] pc;
    reg [5:0] fetched;
    reg [1023:0] ins;
    wire [31:0] word;
    tandem_rom #(
        .WIDTH(32), .DEPTH(1 << PROGRAM_LOG2), .ADDRESS(PROGRAM_LOG2), .BLOCK(1), .FILE(PROGRAM_FILE)
    ) rom (.clk(clk), .address(pc), .data(word));
    always @(posedge clk) begin
        if (state == FETCH & fetched != 6'd0) ins <= {word, ins[1023:32]};
        if (state == IDLE) pc <= 0;
        else if (state == FETCH & ~fetched[5]) pc <= pc + 1'b1;
        fetched <= state == FETCH ? fetched + 6'd1 : 6'd0;
    end

    wire [2:0] op = ins[2:0];
    wire blocks = ins[6];                    // a chunk for each turn of loop 5
    wire [15:0] chunk_words = ins[31:16];

    // ---- loops ------------------------------------------------------------------------------------
    wire running = state == RUN;
    reg [5:0] zero;                          // loop i makes its last turn
    wire [6:0] through;                      // all loops below i make their last turn
    assign through = {&zero, &zero[4:0], &zero[3:0], &zero[2:0], &zero[1:0], zero[0], 1'b1};
    wire group_over = through[3];
    wire pass_over = through[6];
    wire chunk_over = blocks ? through[5] : pass_over;
    genvar i;
    generate
        for (i = 0; i < 6; i = i + 1) begin : g_loop
            wire [15:0] turns = ins[32+16*i+:16];  // less one
            reg [15:0] left;
            wire turn = running & through[i];
            always @(posedge clk) begin
                if (state == BEGIN | (turn & zero[i])) begin
                    left <= turns;
                    zero[i] <= turns == 16'd0;
                end else if (turn) begin
                    left <= left - 16'd1;
                    zero[i] <= left == 16'd1;
                end
            end
        end
    endgenerate
    wire [2:0] level = ~zero[0] ? 3'd0 : ~zero[1] ? 3'd1 : ~zero[2] ? 3'd2 : ~zero[3] ? 3'd3 : ~zero[4] ? 3'd4 : 3'd5;

    function [31:0] pick;
        input [2:0] which;
        input [191:0] jumps;
        pick = jumps[32*which+:32];
    endfunction
    function [15:0] pick_half;
        input [2:0] which;
        input [95:0] jumps;
        pick_half = jumps[16*which+:16];
    endfunction

    // Words 4..10: read address and jumps; 11..16: row and column; 17: rows, columns; 20..22: weight; 23, 24:
    // constants; 25..28: write address.
    wire [31:0] read_jump = pick(level, ins[160+:192]);
    wire [15:0] row_jump = pick_half(level, {ins[368+:64], 32'd0});
    wire [15:0] column_jump = pick_half(level, {ins[448+:80], 16'd0});
    wire [31:0] weight_jump = pick(level, {ins[640+:96], 96'd0});
    wire [15:0] scale_jump = pick_half(level, {ins[736+:48], 48'd0});
    wire [31:0] write_jump = pick(level, {ins[832+:96], 96'd0});
    wire [15:0] rows = ins[544+:16], columns = ins[560+:16];
    wire [WEIGHT+15:0] weight_step = {{WEIGHT{1'b0}}, ins[608+:16]};

    reg [READ-1:0] read_at;
    reg [15:0] row, column;
    reg [WEIGHT-1:0] weight_at;
    reg [SCALE_LOG2-1:0] scale_at;
    reg [WRITE-1:0] write_at;
    reg [READ-1:0] paired_at;                // what a group's first step reads where `paired`: moves with loop 5
    reg first;
    always @(posedge clk) begin
        if (state == BEGIN) begin
            read_at <= ins[128+:READ];
            paired_at <= ins[992+:READ];
            row <= ins[352+:16];
            column <= ins[432+:16];
            weight_at <= 0;
            scale_at <= 0;
            write_at <= ins[800+:WRITE];
            first <= 1'b1;
        end else if (running) begin
            read_at <= read_at + read_jump[READ-1:0];
            if (through[5]) paired_at <= paired_at + SLICES[READ-1:0];
            row <= row + row_jump;
            column <= column + column_jump;
            weight_at <= chunk_over ? {WEIGHT{1'b0}} : weight_at +
                         (group_over ? weight_jump[WEIGHT-1:0] : weight_step[WEIGHT-1:0]);
            scale_at <= scale_at + scale_jump[SCALE_LOG2-1:0];
            write_at <= write_at + write_jump[WRITE-1:0];
            first <= group_over;
        end
    end

    // ---- a step, one cycle later ------------------------------------------------------------------
    reg [RING_LOG2-1:0] ring_at;             // where the chunk begins
    reg [SCALE_LOG2-1:0] scales_at;          // where the pass's constants begin
    wire [RING_LOG2+ROWS_LOG2+WEIGHT-1:0] weight_wide = {{(RING_LOG2 + ROWS_LOG2) {1'b0}}, weight_at};
    always @(posedge clk) begin
        step <= running & ~rst;
        step_first <= first;
        step_last <= running & group_over & ~rst;
        step_pad <= row >= rows | column >= columns;
        read_address <= paired & first ? paired_at : read_at;
        weight_address <= ring_at + weight_wide[ROWS_LOG2+:RING_LOG2];
        weight_slice <= weight_at[ROWS_LOG2-1:0];
        write_address <= write_at;
        scale_address <= scales_at + scale_at;
    end

    // ---- chunks and constants ---------------------------------------------------------------------
    reg [15:0] scales_held;                  // of the pass before
    assign chunk_take = state == WAIT & chunk_ready;
    assign free_weights = running & chunk_over;
    assign free_weight_words = chunk_words;
    assign free_scales = state == BEGIN;
    assign free_scale_words = scales_held;
    always @(posedge clk) begin
        if (rst) begin
            ring_at <= 0;
            scales_at <= 0;
            scales_held <= 16'd0;
        end else begin
            if (free_weights) ring_at <= ring_at + chunk_words[RING_LOG2-1:0];
            if (free_scales) begin
                scales_at <= scales_at + scales_held[SCALE_LOG2-1:0];
                scales_held <= op == 3'd1 ? ins[624+:16] : 16'd0;
            end
        end
    end

    // ---- what the data path keeps of the instruction while the next one is fetched ------------------
    always @(posedge clk) begin
        if (state == BEGIN) begin
            lanes <= ins[3];
            scalar <= ins[4];
            maximum <= ins[5];
            paired <= ins[12];
            lookup <= ins[7];
            table_index <= {ins[15:13], ins[11:8]};
            pad_value <= ins[784+:LANE];
            low <= ins[576+:LANE];
            high <= ins[592+:LANE];
            factor_first <= ins[928+:18];
            factor_other <= ins[960+:18];
        end
    end
    assign move_region = ins[9:8];
    assign move_flip = ins[10];
    assign move_address = ins[128+:32];
    assign move_words = ins[160+:24];
    assign move_offset = ins[192+:32];
    assign move_beats = ins[224+:24];

    wire unused = &{1'b0, ins, read_jump, weight_jump, scale_jump, write_jump, weight_step, weight_wide};

    // ---- states -----------------------------------------------------------------------------------
    assign trace = state == BEGIN;
    assign done = state == BEGIN & op == 3'd0;
    always @(posedge clk) begin
        move_load <= state == BEGIN & op == 3'd2;
        move_store <= state == BEGIN & op == 3'd3;
        move_take <= state == BEGIN & op == 3'd4;
        if (state == IDLE) trace_index <= 16'd0;
        else if (trace) trace_index <= trace_index + 16'd1;
        if (rst) state <= IDLE;
        else
            case (state)
                IDLE: if (start) state <= FETCH;
                FETCH: if (fetched[5]) state <= BEGIN;
                BEGIN: state <= op == 3'd0 ? IDLE : op == 3'd1 ? WAIT : MOVE;
                WAIT: if (chunk_ready) state <= RUN;
                RUN: if (chunk_over) state <= pass_over ? FETCH : WAIT;
                default: if (move_done) state <= FETCH;
            endcase
    end
endmodule

`default_nettype wire
