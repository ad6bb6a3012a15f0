// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Reads every unit of UNIT input beats in the order of four nested loops, E3 outermost, E0 innermost, whose
/// rounds start D3 .. D0 beats apart: repeats pixels and rows, makes channels of blocks of cells or cells of
/// channels. A beat is read as soon as it has come. Places are free again when a unit is done, FREE of them
/// after each round but the last of the outermost loop.
module tandem_reorder #(
    parameter integer WIDTH = 8,
    parameter integer UNIT = 1,
    parameter integer E3 = 1,
    parameter integer E2 = 1,
    parameter integer E1 = 1,
    parameter integer E0 = 1,
    parameter integer D3 = 0,
    parameter integer D2 = 0,
    parameter integer D1 = 0,
    parameter integer D0 = 1,
    parameter integer FREE = 0,
    parameter integer DEPTH_LOG2 = 2,  // places, at least UNIT
    parameter integer BLOCK = 0        // they stand in block RAM
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,
    output reg              out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    localparam integer PLACES = 1 << DEPTH_LOG2;
    localparam integer B = $clog2(2 * UNIT + 2 * PLACES + 2) + 1;  // signed distances in beats

    // Beats by which the read moves when loop 0 goes on, loop 1, ..., and from unit to unit.
    localparam integer GO_1 = D1 - (E0 - 1) * D0;
    localparam integer GO_2 = D2 - (E1 - 1) * D1 - (E0 - 1) * D0;
    localparam integer GO_3 = D3 - (E2 - 1) * D2 - (E1 - 1) * D1 - (E0 - 1) * D0;
    localparam integer GO_4 = UNIT - (E3 - 1) * D3 - (E2 - 1) * D2 - (E1 - 1) * D1 - (E0 - 1) * D0;
    localparam integer FREE_UNIT = UNIT - (E3 - 1) * FREE;

    localparam integer B0 = $clog2(E0 + 1), B1 = $clog2(E1 + 1), B2 = $clog2(E2 + 1), B3 = $clog2(E3 + 1);
    localparam integer LAST_0 = E0 - 1, LAST_1 = E1 - 1, LAST_2 = E2 - 1, LAST_3 = E3 - 1;
    reg [B0-1:0] round_0;
    reg [B1-1:0] round_1;
    reg [B2-1:0] round_2;
    reg [B3-1:0] round_3;
    wire end_0 = round_0 == LAST_0[B0-1:0];
    wire end_1 = end_0 & round_1 == LAST_1[B1-1:0];
    wire end_2 = end_1 & round_2 == LAST_2[B2-1:0];
    wire end_3 = end_2 & round_3 == LAST_3[B3-1:0];
    wire [B-1:0] go = end_3 ? GO_4[B-1:0] : end_2 ? GO_3[B-1:0] : end_1 ? GO_2[B-1:0] :
                      end_0 ? GO_1[B-1:0] : D0[B-1:0];
    wire [B-1:0] freed = end_3 ? FREE_UNIT[B-1:0] : end_2 ? FREE[B-1:0] : {B{1'b0}};

    reg signed [B-1:0] ahead;  // beats written beyond the one that is read next
    reg signed [B-1:0] room;   // free places, minus one
    reg [DEPTH_LOG2-1:0] write_address, read_address;
    wire push = in_valid & in_ready;
    wire read = ~ahead[B-1] & (~out_valid | out_ready);
    localparam integer ROOM_0 = PLACES - 1;
    assign in_ready = ~room[B-1];

    always @(posedge clk) begin
        if (rst) begin
            round_0 <= 0;
            round_1 <= 0;
            round_2 <= 0;
            round_3 <= 0;
            ahead <= {B{1'b1}};
            room <= ROOM_0[B-1:0];
            write_address <= 0;
            read_address <= 0;
            out_valid <= 1'b0;
        end else begin
            if (read) begin
                round_0 <= end_0 ? {B0{1'b0}} : round_0 + 1'b1;
                if (end_0) round_1 <= end_1 ? {B1{1'b0}} : round_1 + 1'b1;
                if (end_1) round_2 <= end_2 ? {B2{1'b0}} : round_2 + 1'b1;
                if (end_2) round_3 <= end_3 ? {B3{1'b0}} : round_3 + 1'b1;
                read_address <= read_address + go[DEPTH_LOG2-1:0];
            end
            if (push) write_address <= write_address + 1'b1;
            ahead <= ahead + {{(B - 1) {1'b0}}, push} - (read ? go : {B{1'b0}});
            room <= room - {{(B - 1) {1'b0}}, push} + (read ? freed : {B{1'b0}});
            out_valid <= read | (out_valid & ~out_ready);
        end
    end

    tandem_ram #(
        .WIDTH(WIDTH),
        .DEPTH_LOG2(DEPTH_LOG2),
        .BLOCK(BLOCK)
    ) ring (
        .clk(clk),
        .write(push),
        .write_address(write_address),
        .write_data(in_data),
        .read(read),
        .read_address(read_address),
        .read_data(out_data)
    );
endmodule

`default_nettype wire
