// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// A layer's words of weights on their way from memory to its engine, in the order of the engine's steps: the
/// image is read again and again, in bursts of 2^BURST_LOG2 beats (the image's last one may be shorter), each
/// asked for when the ring has room for a whole one. A word fills whole beats. `word` is the one that was taken
/// a cycle before.
module tandem_weight_stream #(
    parameter integer BUS = 64,        // bits of a beat: a power of two, at least 8
    parameter integer WORD = 64,       // bits of a word
    parameter integer WORDS = 2,       // of the image
    parameter integer OFFSET = 0,      // of the image behind the base, in bytes, a multiple of 4096
    parameter integer RING_LOG2 = 6,   // words kept: together more than a burst and a word
    parameter integer BURST_LOG2 = 4   // 1 to 7, a burst is at most 4096 bytes
) (
    input  wire            clk,
    input  wire            rst,
    input  wire [    31:0] base,       // in bytes, a multiple of 4096; the same from reset on
    output wire            arvalid,
    input  wire            arready,
    output wire [    31:0] araddr,     // in bytes
    output wire [     7:0] arlen,
    input  wire            rvalid,
    input  wire [ BUS-1:0] rdata,
    output wire            ready,      // a word is there
    input  wire            take,       // only while ready
    output wire [WORD-1:0] word
);
    localparam integer BEATS = (WORD + BUS - 1) / BUS;  // of a word
    localparam integer BANK = $clog2(BEATS + 1);

    // ---- requests ---------------------------------------------------------------------------------
    localparam integer IMAGE = WORDS * BEATS;
    localparam integer FULL = 1 << BURST_LOG2;
    localparam integer COUNT = $clog2(IMAGE + FULL + 1);
    localparam integer BYTES_LOG2 = $clog2(BUS / 8);
    localparam integer B = RING_LOG2 + BANK + 1;
    localparam integer FREE = (1 << RING_LOG2) * BEATS - FULL;
    reg awake;
    reg [31:0] at;         // the next request, in beats
    reg [COUNT-1:0] left;  // beats of the image from there on
    reg [B-1:0] spare;     // signed: places for beats beyond those of a whole burst
    wire ends = left <= FULL[COUNT-1:0];
    wire [BURST_LOG2:0] length = ends ? left[BURST_LOG2:0] : FULL[BURST_LOG2:0];
    wire [BURST_LOG2:0] less = length - 1'b1;
    wire ask = arvalid & arready;
    wire [31:0] first = (base + OFFSET[31:0]) >> BYTES_LOG2;
    wire unused = &{1'b0, less[BURST_LOG2]};

    assign arvalid = awake & ~spare[B-1];
    assign araddr = at << BYTES_LOG2;
    assign arlen = {{(8 - BURST_LOG2) {1'b0}}, less[BURST_LOG2-1:0]};

    always @(posedge clk) begin
        awake <= ~rst;
        if (rst) begin
            at <= first;
            left <= IMAGE[COUNT-1:0];
            spare <= FREE[B-1:0];
        end else begin
            if (ask) begin
                at <= ends ? first : at + FULL;
                left <= ends ? IMAGE[COUNT-1:0] : left - FULL[COUNT-1:0];
            end
            spare <= spare + (take ? BEATS[B-1:0] : {B{1'b0}}) -
                     (ask ? {{(B - BURST_LOG2 - 1) {1'b0}}, length} : {B{1'b0}});
        end
    end

    // ---- words, a memory for each of their beats --------------------------------------------------
    localparam integer LAST = BEATS - 1;
    reg [BANK-1:0] bank;
    reg [RING_LOG2-1:0] write_address, read_address;
    reg [RING_LOG2+1:0] more;  // signed: words that are there beyond the next one
    wire whole = rvalid & bank == LAST[BANK-1:0];
    assign ready = ~more[RING_LOG2+1];

    always @(posedge clk) begin
        if (rst) begin
            bank <= 0;
            write_address <= 0;
            read_address <= 0;
            more <= {(RING_LOG2 + 2) {1'b1}};
        end else begin
            if (rvalid & BEATS > 1) bank <= whole ? {BANK{1'b0}} : bank + 1'b1;
            if (whole) write_address <= write_address + 1'b1;
            if (take) read_address <= read_address + 1'b1;
            more <= more + {{(RING_LOG2 + 1) {1'b0}}, whole} - {{(RING_LOG2 + 1) {1'b0}}, take};
        end
    end

    genvar b;
    generate
        for (b = 0; b < BEATS; b = b + 1) begin : g_beat
            localparam integer PART = b == LAST ? WORD - b * BUS : BUS;
            tandem_ram #(
                .WIDTH(PART), .DEPTH_LOG2(RING_LOG2), .BLOCK(RING_LOG2 > 6 ? 1 : 0)
            ) ring (
                .clk(clk),
                .write(rvalid & bank == b), .write_address(write_address), .write_data(rdata[PART-1:0]),
                .read(take), .read_address(read_address), .read_data(word[b*BUS+:PART])
            );
        end
    endgenerate
    wire unused_data = &{1'b0, rdata};
endmodule

`default_nettype wire
