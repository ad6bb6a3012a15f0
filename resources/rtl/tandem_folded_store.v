// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Copies a run of words from the activation memory to memory, one byte a lane; `flip` as in
/// tandem_folded_load.
module tandem_folded_store #(
    parameter integer BUS = 64,
    parameter integer LANES = 8,
    parameter integer A = 8,
    parameter integer ADDRESS = 8,
    parameter integer BURST_LOG2 = 4
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               start,
    input  wire [ADDRESS-1:0] from,
    input  wire [       23:0] words,
    input  wire [       31:0] to,           // in beats
    input  wire [       23:0] beats,
    input  wire               flip,
    output wire               done,         // one cycle, memory has confirmed all of it
    output wire               awvalid,
    input  wire               awready,
    output wire [       31:0] awaddr,       // in beats
    output wire [        7:0] awlen,
    output wire               wvalid,
    input  wire               wready,
    output wire [    BUS-1:0] wdata,
    output wire               wlast,
    input  wire               bvalid,
    output reg                reading,
    output reg  [ADDRESS-1:0] read_address,
    input  wire [LANES*A-1:0] read_data     // one cycle after the address
);
    localparam integer BEATS = (LANES * 8 + BUS - 1) / BUS;
    localparam integer BANK = $clog2(BEATS + 1);
    localparam integer LAST = BEATS - 1;
    tandem_folded_burst #(
        .BURST_LOG2(BURST_LOG2)
    ) bursts (
        .clk(clk), .rst(rst), .start(start), .address(to), .beats(beats),
        .valid(awvalid), .ready(awready), .request(awaddr), .length(awlen)
    );

    // ---- words on their way: at most eight between the memory and the bus -----------------------------
    reg [23:0] to_read;
    reg [3:0] held;
    reg arrives;
    reg [ADDRESS-1:0] next;
    wire ask = to_read != 24'd0 & ~held[3];
    wire word_valid, unused_ready;
    wire [LANES*A-1:0] word;
    reg [BANK-1:0] bank;
    wire moves = wvalid & wready;
    wire pops = moves & bank == LAST[BANK-1:0];
    tandem_fifo #(
        .WIDTH(LANES * A), .DEPTH_LOG2(3)
    ) words_read (
        .clk(clk), .rst(rst), .in_valid(arrives), .in_ready(unused_ready), .in_data(read_data),
        .out_valid(word_valid), .out_ready(pops), .out_data(word)
    );
    wire unused = &{1'b0, unused_ready};

    reg [23:0] left;                    // beats to hand over
    reg [BURST_LOG2-1:0] place;         // of the beat in its burst
    reg [23:0] open;                    // bursts asked for and not confirmed
    reg busy;
    always @(posedge clk) begin
        reading <= ~rst & ask;
        arrives <= ~rst & reading;
        if (ask) begin
            to_read <= to_read - 24'd1;
            read_address <= next;
            next <= next + 1'b1;
        end
        if (moves) begin
            left <= left - 24'd1;
            place <= place + 1'b1;
        end
        if (start) begin
            to_read <= words;
            next <= from;
            left <= beats;
            place <= to[BURST_LOG2-1:0];
        end
        if (rst) begin
            to_read <= 24'd0;
            held <= 4'd0;
            bank <= 0;
            open <= 24'd0;
            busy <= 1'b0;
        end else begin
            held <= held + {3'd0, ask} - {3'd0, pops};
            if (moves) bank <= pops ? {BANK{1'b0}} : bank + 1'b1;
            open <= open + {23'd0, awvalid & awready} - {23'd0, bvalid};
            if (start) busy <= 1'b1;
            else if (done) busy <= 1'b0;
        end
    end
    assign done = busy & left == 24'd0 & ~awvalid & open == 24'd0;

    wire [BEATS*BUS-1:0] bytes;
    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire top = word[i*A+A-1];
            if (A < 8) begin : g_extend
                assign bytes[i*8+:8] = {{(8 - A) {top & ~flip}}, top ^ flip, word[i*A+:A-1]};
            end else begin : g_whole
                assign bytes[i*8+:8] = {top ^ flip, word[i*A+:A-1]};
            end
        end
        if (BEATS * BUS > LANES * 8) begin : g_rest
            assign bytes[BEATS*BUS-1:LANES*8] = 0;
        end
    endgenerate
    assign wvalid = word_valid;
    assign wdata = bytes[bank*BUS+:BUS];
    assign wlast = &place | left == 24'd1;
endmodule

`default_nettype wire
