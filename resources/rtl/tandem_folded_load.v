// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Copies a run of words from memory (one byte a lane) into the activation memory. `flip`: the bytes are
/// unsigned, the lanes keep them less 2^(A-1).
module tandem_folded_load #(
    parameter integer BUS = 64,
    parameter integer LANES = 8,
    parameter integer A = 8,
    parameter integer ADDRESS = 8,
    parameter integer BURST_LOG2 = 4
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               start,
    input  wire [       31:0] from,      // in beats
    input  wire [       23:0] beats,
    input  wire [ADDRESS-1:0] to,
    input  wire               flip,
    output reg                done,      // one cycle, the last word was written
    output wire               arvalid,
    input  wire               arready,
    output wire [       31:0] araddr,    // in beats
    output wire [        7:0] arlen,
    input  wire               rvalid,
    input  wire [    BUS-1:0] rdata,
    output reg                write,
    output reg  [ADDRESS-1:0] write_address,
    output wire [LANES*A-1:0] write_data
);
    localparam integer BEATS = (LANES * 8 + BUS - 1) / BUS;
    localparam integer BANK = $clog2(BEATS + 1);
    localparam integer LAST = BEATS - 1;
    tandem_folded_burst #(
        .BURST_LOG2(BURST_LOG2)
    ) bursts (
        .clk(clk), .rst(rst), .start(start), .address(from), .beats(beats),
        .valid(arvalid), .ready(arready), .request(araddr), .length(arlen)
    );

    reg [BANK-1:0] bank;
    reg [23:0] left;
    reg [ADDRESS-1:0] next;
    reg [BEATS*BUS-1:0] word;
    wire full = rvalid & bank == LAST[BANK-1:0];
    always @(posedge clk) begin
        if (rvalid) left <= left - 24'd1;
        if (rvalid & BEATS > 1) bank <= full ? {BANK{1'b0}} : bank + 1'b1;
        if (full) begin
            next <= next + 1'b1;
            write_address <= next;
        end
        if (start) begin
            left <= beats;
            next <= to;
            bank <= 0;
        end
        write <= ~rst & full;
        done <= ~rst & full & left == 24'd1;
    end
    genvar b, i;
    generate
        for (b = 0; b < BEATS; b = b + 1) begin : g_beat
            always @(posedge clk) if (rvalid & bank == b) word[b*BUS+:BUS] <= rdata;
        end
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            assign write_data[i*A+:A] = {word[i*8+A-1] ^ flip, word[i*8+:A-1]};
        end
    endgenerate
    wire unused = &{1'b0, word};
endmodule

`default_nettype wire
