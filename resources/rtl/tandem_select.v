// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Hands on the channels of every pixel in any order, with any of them missing or twice. Two pixels are held,
/// one is written while the other is read. Every lane has a copy of them and reads the beat and the lane in
/// it that a word of FILE names: for each output beat, LANES fields of {lane, beat}.
module tandem_select #(
    parameter integer LANES = 1,
    parameter integer A = 8,     // bits of a channel
    parameter integer CF = 2,    // beats of an input pixel
    parameter integer NB = 2,    // beats of an output pixel
    parameter integer BLOCK = 0, // the copies stand in block RAM
    parameter FILE = ""
) (
    input  wire               clk,
    input  wire               rst,
    input  wire               in_valid,
    output wire               in_ready,
    input  wire [LANES*A-1:0] in_data,
    output reg                out_valid,
    input  wire               out_ready,
    output wire [LANES*A-1:0] out_data
);
    localparam integer B = CF > 1 ? $clog2(CF) : 1;
    localparam integer N = NB > 1 ? $clog2(NB) : 1;
    localparam integer L = $clog2(LANES);
    localparam integer LAST_IN = CF - 1, LAST_OUT = NB - 1;

    reg write_pixel, read_pixel;
    reg [B-1:0] write_beat;
    reg [N-1:0] read_beat;
    reg [1:0] full;  // pixels held that are complete
    wire push = in_valid & in_ready;
    wire read = full != 2'd0 & (~out_valid | out_ready);
    wire pixel_in = push & write_beat == LAST_IN[B-1:0];
    wire pixel_out = read & read_beat == LAST_OUT[N-1:0];
    assign in_ready = ~full[1];

    always @(posedge clk) begin
        if (rst) begin
            write_pixel <= 1'b0;
            read_pixel <= 1'b0;
            write_beat <= 0;
            read_beat <= 0;
            full <= 2'd0;
            out_valid <= 1'b0;
        end else begin
            if (push) write_beat <= pixel_in ? {B{1'b0}} : write_beat + 1'b1;
            if (read) read_beat <= pixel_out ? {N{1'b0}} : read_beat + 1'b1;
            write_pixel <= write_pixel ^ pixel_in;
            read_pixel <= read_pixel ^ pixel_out;
            full <= full + {1'b0, pixel_in} - {1'b0, pixel_out};
            out_valid <= read | (out_valid & ~out_ready);
        end
    end

    (* rom_style = "logic", ram_style = "logic" *) reg [LANES*(B+L)-1:0] entries[0:(1<<N)-1];
    initial if (FILE != "") $readmemh(FILE, entries);
    wire [LANES*(B+L)-1:0] entry = entries[read_beat];

    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire [LANES*A-1:0] beat;
            tandem_ram #(
                .WIDTH(LANES * A),
                .DEPTH_LOG2(B + 1),
                .BLOCK(BLOCK)
            ) pixels (
                .clk(clk),
                .write(push),
                .write_address({write_pixel, write_beat}),
                .write_data(in_data),
                .read(read),
                .read_address({read_pixel, entry[i*(B+L)+:B]}),
                .read_data(beat)
            );
            if (LANES > 1) begin : g_choice
                reg [L-1:0] lane;
                always @(posedge clk) if (read) lane <= entry[i*(B+L)+B+:L];
                assign out_data[i*A+:A] = beat[lane*A+:A];
            end else begin : g_only
                assign out_data = beat;
            end
        end
    endgenerate
endmodule

`default_nettype wire
