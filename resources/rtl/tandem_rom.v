// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// Read-only memory filled from a $readmemh file, data one cycle after the address. Its hierarchy is kept so
/// that constant columns do not change what is built around it.
(* keep_hierarchy *)
module tandem_rom #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH = 2,
    parameter integer ADDRESS = 1,  // address bits, 2^ADDRESS >= DEPTH
    parameter integer BLOCK = 0,    // 1: block RAM, 0: LUTs
    parameter FILE = ""
) (
    input  wire               clk,
    input  wire [ADDRESS-1:0] address,
    output reg  [  WIDTH-1:0] data
);
    generate
        if (BLOCK != 0) begin : g_block
            (* rom_style = "block", ram_style = "block" *) reg [WIDTH-1:0] words[0:DEPTH-1];
            initial if (FILE != "") $readmemh(FILE, words);
            always @(posedge clk) data <= words[address];
        end else begin : g_lut
            (* rom_style = "logic", ram_style = "logic" *) reg [WIDTH-1:0] words[0:DEPTH-1];
            initial if (FILE != "") $readmemh(FILE, words);
            always @(posedge clk) data <= words[address];
        end
    endgenerate
endmodule

`default_nettype wire
