// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Memory with one write and one read port, read data one cycle after the address. A read of the word that
/// is written in the same cycle gives the old word.
module tandem_ram #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH_LOG2 = 4,
    parameter integer BLOCK = 0  // 1: block RAM, 0: LUT RAM
) (
    input  wire                  clk,
    input  wire                  write,
    input  wire [DEPTH_LOG2-1:0] write_address,
    input  wire [     WIDTH-1:0] write_data,
    input  wire                  read,
    input  wire [DEPTH_LOG2-1:0] read_address,
    output reg  [     WIDTH-1:0] read_data
);
    generate
        if (BLOCK != 0) begin : g_block
            (* ram_style = "block" *) reg [WIDTH-1:0] words[0:(1<<DEPTH_LOG2)-1];
            always @(posedge clk) begin
                if (write) words[write_address] <= write_data;
                if (read) read_data <= words[read_address];
            end
        end else begin : g_lut
            reg [WIDTH-1:0] words[0:(1<<DEPTH_LOG2)-1];
            wire [WIDTH-1:0] word = words[read_address];
            always @(posedge clk) begin
                if (write) words[write_address] <= write_data;
                if (read) read_data <= word;
            end
        end
    endgenerate
endmodule

`default_nettype wire
