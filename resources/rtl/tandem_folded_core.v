// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// The folded accelerator between its registers and its two memory ports: one activation memory of words of
/// COLUMNS activations, an array of ROWS x COLUMNS products and a lane path of COLUMNS products that read it,
/// one requantizer a column that writes it. Layer after layer, as the program says.
module tandem_folded_core #(
    parameter integer ROWS = 4,           // a power of two, 2 to COLUMNS
    parameter integer ROWS_LOG2 = 2,
    parameter integer COLUMNS = 4,        // a power of two
    parameter integer SPLIT_LOG2 = 0,     // log2(COLUMNS / ROWS)
    parameter integer A = 8,              // bits of an activation
    parameter integer W = 8,              // bits of a weight
    parameter integer PACK = 1,           // products that share a DSP, see tandem_mac
    parameter integer SUM = 28,
    parameter integer M = 16,
    parameter integer C = 45,
    parameter integer S = 6,
    parameter integer SHIFT = 0,
    parameter integer RESULT = 47,
    parameter integer POOL_LOG2 = 8,      // words of the activation memory
    parameter integer RING_LOG2 = 6,      // words of weights
    parameter integer SCALE_LOG2 = 4,     // words of constants
    parameter integer WEIGHT = 10,        // bits of a slice's place in a chunk of weights
    parameter integer PROGRAM_LOG2 = 6,
    parameter integer LOADS = 2,
    parameter integer LOADS_LOG2 = 1,
    parameter integer TABLES_LOG2 = -1,   // log2 of the number of tables, -1: none
    parameter integer WEIGHT_BUS = 64,
    parameter integer MAP_BUS = 64,
    parameter integer BURST_LOG2 = 4,
    parameter integer STREAM = 0,         // 1: the input comes as words of a stream
    parameter PROGRAM_FILE = "",
    parameter LOADS_FILE = "",
    parameter TABLE_FILE = ""
) (
    input  wire                  clk,
    input  wire                  rst,
    input  wire                  start,
    output wire                  done,
    output wire                  trace,           // an instruction begins
    output wire [          15:0] trace_index,
    input  wire [          31:0] weights_base,    // all in bytes
    input  wire [          31:0] source_base,
    input  wire [          31:0] target_base,
    input  wire [          31:0] scratch_base,
    input  wire                  stream_valid,
    output wire                  stream_ready,
    input  wire [ COLUMNS*A-1:0] stream_data,     // as the activation memory keeps them
    output wire                  weights_arvalid,
    input  wire                  weights_arready,
    output wire [          31:0] weights_araddr,
    output wire [           7:0] weights_arlen,
    input  wire                  weights_rvalid,
    input  wire [WEIGHT_BUS-1:0] weights_rdata,
    output wire                  maps_arvalid,
    input  wire                  maps_arready,
    output wire [          31:0] maps_araddr,
    output wire [           7:0] maps_arlen,
    input  wire                  maps_rvalid,
    input  wire [   MAP_BUS-1:0] maps_rdata,
    output wire                  maps_awvalid,
    input  wire                  maps_awready,
    output wire [          31:0] maps_awaddr,
    output wire [           7:0] maps_awlen,
    output wire                  maps_wvalid,
    input  wire                  maps_wready,
    output wire [   MAP_BUS-1:0] maps_wdata,
    output wire                  maps_wlast,
    input  wire                  maps_bvalid
);
    localparam integer READ = POOL_LOG2 + SPLIT_LOG2;
    localparam integer FIELD = C + M + S;
    localparam integer WEIGHT_BYTES_LOG2 = $clog2(WEIGHT_BUS / 8);
    localparam integer MAP_BYTES_LOG2 = $clog2(MAP_BUS / 8);
    localparam integer LATE = ROWS_LOG2 + (PACK > 1 ? 1 : 0);  // of the array behind the lanes
    localparam integer TABLE = TABLES_LOG2 >= 0 ? 1 : 0;

    // ---- program ----------------------------------------------------------------------------------
    wire chunk_ready, chunk_take, free_weights, free_scales;
    wire [15:0] free_weight_words, free_scale_words;
    wire move_load, move_store, move_take, move_flip, loaded, stored, taken;
    wire [1:0] move_region;
    wire [31:0] move_offset, move_address;
    wire [23:0] move_words, move_beats;
    wire step, step_first, step_last, step_pad;
    wire [READ-1:0] read_address;
    wire [RING_LOG2-1:0] weight_address;
    wire [ROWS_LOG2-1:0] weight_slice;
    wire [POOL_LOG2-1:0] write_address;
    wire [SCALE_LOG2-1:0] scale_address;
    wire lanes, scalar, maximum, paired, lookup;
    wire [6:0] table_index;
    wire signed [A-1:0] pad_value, low, high;
    wire signed [17:0] factor_first, factor_other;
    tandem_folded_sequencer #(
        .PROGRAM_LOG2(PROGRAM_LOG2), .READ(READ), .SLICES(1 << SPLIT_LOG2), .WRITE(POOL_LOG2),
        .RING_LOG2(RING_LOG2), .ROWS_LOG2(ROWS_LOG2), .WEIGHT(WEIGHT), .SCALE_LOG2(SCALE_LOG2), .LANE(A),
        .PROGRAM_FILE(PROGRAM_FILE)
    ) sequencer (
        .clk(clk), .rst(rst), .start(start), .done(done), .trace(trace), .trace_index(trace_index),
        .chunk_ready(chunk_ready), .chunk_take(chunk_take),
        .free_weights(free_weights), .free_weight_words(free_weight_words),
        .free_scales(free_scales), .free_scale_words(free_scale_words),
        .move_load(move_load), .move_store(move_store), .move_take(move_take), .move_region(move_region), .move_flip(move_flip),
        .move_offset(move_offset), .move_address(move_address), .move_words(move_words), .move_beats(move_beats),
        .move_done(loaded | stored | taken),
        .step(step), .step_first(step_first), .step_last(step_last), .step_pad(step_pad),
        .read_address(read_address), .weight_address(weight_address), .weight_slice(weight_slice),
        .write_address(write_address), .scale_address(scale_address),
        .lanes(lanes), .scalar(scalar), .maximum(maximum), .paired(paired), .lookup(lookup), .table_index(table_index),
        .pad_value(pad_value), .low(low), .high(high), .factor_first(factor_first), .factor_other(factor_other)
    );
    wire unused = &{1'b0, lookup, table_index, move_address};

    // ---- weights and constants --------------------------------------------------------------------
    wire [31:0] weights_at;
    wire [ROWS*COLUMNS*W-1:0] weights;
    wire [COLUMNS*FIELD-1:0] constants;
    wire [SCALE_LOG2-1:0] scale_late;
    tandem_folded_stream #(
        .BUS(WEIGHT_BUS), .WORD(ROWS * COLUMNS * W), .SCALE(COLUMNS * FIELD), .RING_LOG2(RING_LOG2),
        .SCALE_LOG2(SCALE_LOG2), .LOADS(LOADS), .LOADS_LOG2(LOADS_LOG2), .BURST_LOG2(BURST_LOG2),
        .LOADS_FILE(LOADS_FILE)
    ) stream (
        .clk(clk), .rst(rst), .start(start), .base(weights_base >> WEIGHT_BYTES_LOG2),
        .arvalid(weights_arvalid), .arready(weights_arready), .araddr(weights_at), .arlen(weights_arlen),
        .rvalid(weights_rvalid), .rdata(weights_rdata),
        .chunk_ready(chunk_ready), .chunk_take(chunk_take),
        .free_weights(free_weights), .free_weight_words(free_weight_words),
        .free_scales(free_scales), .free_scale_words(free_scale_words),
        .weight_address(weight_address), .weight(weights), .scale_address(scale_late), .scale(constants)
    );
    assign weights_araddr = weights_at << WEIGHT_BYTES_LOG2;

    // ---- activation memory ------------------------------------------------------------------------
    reg [31:0] region;
    always @(posedge clk)
        region <= move_region == 2'd0 ? source_base : move_region == 2'd1 ? target_base : scratch_base;
    // The region stands in its register one cycle after the instruction begins, the move starts one later.
    reg load_now, store_now;
    always @(posedge clk) begin
        load_now <= move_load & ~rst;
        store_now <= move_store & ~rst;
    end
    wire [31:0] move_at = (region >> MAP_BYTES_LOG2) + move_offset;

    wire load_write;
    wire [POOL_LOG2-1:0] load_address;
    wire [COLUMNS*A-1:0] load_data;
    wire [31:0] maps_read_at, maps_write_at;
    tandem_folded_load #(
        .BUS(MAP_BUS), .LANES(COLUMNS), .A(A), .ADDRESS(POOL_LOG2), .BURST_LOG2(BURST_LOG2)
    ) loader (
        .clk(clk), .rst(rst), .start(load_now), .from(move_at), .beats(move_beats),
        .to(move_address[POOL_LOG2-1:0]), .flip(move_flip), .done(loaded),
        .arvalid(maps_arvalid), .arready(maps_arready), .araddr(maps_read_at), .arlen(maps_arlen),
        .rvalid(maps_rvalid), .rdata(maps_rdata),
        .write(load_write), .write_address(load_address), .write_data(load_data)
    );
    assign maps_araddr = maps_read_at << MAP_BYTES_LOG2;

    wire [COLUMNS*A-1:0] word;
    wire store_reads;
    wire [POOL_LOG2-1:0] store_address;
    tandem_folded_store #(
        .BUS(MAP_BUS), .LANES(COLUMNS), .A(A), .ADDRESS(POOL_LOG2), .BURST_LOG2(BURST_LOG2)
    ) storer (
        .clk(clk), .rst(rst), .start(store_now), .from(move_address[POOL_LOG2-1:0]), .words(move_words),
        .to(move_at), .beats(move_beats), .flip(move_flip), .done(stored),
        .awvalid(maps_awvalid), .awready(maps_awready), .awaddr(maps_write_at), .awlen(maps_awlen),
        .wvalid(maps_wvalid), .wready(maps_wready), .wdata(maps_wdata), .wlast(maps_wlast), .bvalid(maps_bvalid),
        .reading(store_reads), .read_address(store_address), .read_data(word)
    );
    assign maps_awaddr = maps_write_at << MAP_BYTES_LOG2;

    wire take_write;
    wire [POOL_LOG2-1:0] take_address;
    generate
        if (STREAM != 0) begin : g_stream
            tandem_folded_take #(
                .ADDRESS(POOL_LOG2)
            ) taker (
                .clk(clk), .rst(rst), .start(move_take), .to(move_address[POOL_LOG2-1:0]), .words(move_words),
                .done(taken), .valid(stream_valid), .ready(stream_ready), .write(take_write),
                .write_address(take_address)
            );
        end else begin : g_no_stream
            assign taken = 1'b0;
            assign stream_ready = 1'b0;
            assign take_write = 1'b0;
            assign take_address = 0;
            wire unused_stream = &{1'b0, stream_valid, stream_data, move_take};
        end
    endgenerate

    wire out_write;
    wire [POOL_LOG2-1:0] out_address;
    wire [COLUMNS*A-1:0] out_data;
    tandem_ram #(
        .WIDTH(COLUMNS * A), .DEPTH_LOG2(POOL_LOG2), .BLOCK(POOL_LOG2 > 6 ? 1 : 0)
    ) pool (
        .clk(clk),
        .write(out_write | load_write | take_write),
        .write_address(take_write ? take_address : load_write ? load_address : out_address),
        .write_data(take_write ? stream_data : load_write ? load_data : out_data),
        .read(step | store_reads),
        .read_address(store_reads ? store_address : read_address[READ-1:SPLIT_LOG2]),
        .read_data(word)
    );

    // ---- products ---------------------------------------------------------------------------------
    reg now, now_first, now_last, now_pad;
    reg [ROWS_LOG2-1:0] now_slice;
    always @(posedge clk) begin
        now <= step & ~rst;
        now_first <= step_first;
        now_last <= step_last & ~rst;
        now_pad <= step_pad;
        now_slice <= weight_slice;
    end
    wire [COLUMNS*A-1:0] whole = now_pad ? {COLUMNS{pad_value}} : word;
    wire [ROWS*A-1:0] part;
    generate
        if (SPLIT_LOG2 > 0) begin : g_split
            reg [SPLIT_LOG2-1:0] now_part;
            always @(posedge clk) now_part <= read_address[SPLIT_LOG2-1:0];
            assign part = whole[now_part*(ROWS*A)+:ROWS*A];
        end else begin : g_whole
            assign part = whole;
        end
    endgenerate

    wire array_done, lanes_done;
    wire [COLUMNS*SUM-1:0] array_sums, lane_sums;
    tandem_mac #(
        .PE(COLUMNS), .SIMD(ROWS), .A(A), .SIGNED(1), .W(W), .SUM(SUM), .SEPARATE(0), .TREE(ROWS_LOG2),
        .PAD(0), .PACK(PACK)
    ) array (
        .clk(clk), .rst(rst), .valid(now & ~lanes), .pad(1'b0), .first(now_first), .last(now_last),
        .a(part), .w(weights), .done(array_done), .sums(array_sums)
    );
    tandem_folded_lanes #(
        .LANES(COLUMNS), .A(A), .W(W), .SUM(SUM)
    ) lane_path (
        .clk(clk), .rst(rst), .valid(now & lanes), .first(now_first), .last(now_last),
        .scalar(scalar), .maximum(maximum), .paired(paired), .factor_first(factor_first), .factor_other(factor_other),
        .a(whole), .w(weights[now_slice*(COLUMNS*W)+:COLUMNS*W]), .done(lanes_done), .sums(lane_sums)
    );

    // ---- outputs ----------------------------------------------------------------------------------
    tandem_folded_delay #(
        .WIDTH(SCALE_LOG2), .SHORT(4), .LONG(4 + LATE)
    ) scale_delay (.clk(clk), .short_way(lanes), .in(scale_address), .out(scale_late));
    wire [POOL_LOG2-1:0] address_late;
    tandem_folded_delay #(
        .WIDTH(POOL_LOG2), .SHORT(9 + TABLE), .LONG(9 + TABLE + LATE)
    ) address_delay (.clk(clk), .short_way(lanes), .in(write_address), .out(address_late));
    assign out_address = address_late;

    wire scaled_valid;
    wire [COLUMNS*A-1:0] scaled;
    tandem_folded_requantize #(
        .LANES(COLUMNS), .SUM(SUM), .M(M), .C(C), .S(S), .SHIFT(SHIFT), .RESULT(RESULT), .OUT(A)
    ) requantize (
        .clk(clk), .rst(rst), .done(array_done | lanes_done), .sums(lanes ? lane_sums : array_sums),
        .constants(constants), .low(low), .high(high), .out_valid(scaled_valid), .out_data(scaled)
    );
    genvar i;
    generate
        if (TABLE != 0) begin : g_tables
            localparam integer TA = A + TABLES_LOG2;
            reg late_valid;
            reg [COLUMNS*A-1:0] late;
            always @(posedge clk) begin
                late_valid <= scaled_valid & ~rst;
                late <= scaled;
            end
            assign out_write = late_valid;
            for (i = 0; i < COLUMNS; i = i + 1) begin : g_lane
                wire [A-1:0] found;
                wire [A+6:0] entry = {table_index, scaled[i*A+:A]};
                wire unused_entry = &{1'b0, entry};
                tandem_rom #(
                    .WIDTH(A), .DEPTH(1 << TA), .ADDRESS(TA), .BLOCK(0), .FILE(TABLE_FILE)
                ) values (.clk(clk), .address(entry[TA-1:0]), .data(found));
                assign out_data[i*A+:A] = lookup ? found : late[i*A+:A];
            end
        end else begin : g_plain
            assign out_write = scaled_valid;
            assign out_data = scaled;
        end
    endgenerate
endmodule

`default_nettype wire
