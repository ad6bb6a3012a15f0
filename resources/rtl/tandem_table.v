// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// y = table[x] for LANES channels side by side; the file holds 2^A words, x as unsigned number is the
/// address. One register; full rate. Its hierarchy is kept so that constant columns do not change what is
/// built around it.
(* keep_hierarchy *)
module tandem_table #(
    parameter integer LANES = 1,
    parameter integer A = 8,    // bits of x
    parameter integer OUT = 8,  // bits of y
    parameter FILE = ""
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 in_valid,
    output wire                 in_ready,
    input  wire [  LANES*A-1:0] in_data,
    output reg                  out_valid,
    input  wire                 out_ready,
    output wire [LANES*OUT-1:0] out_data
);
    wire take = in_valid & in_ready;
    assign in_ready = ~out_valid | out_ready;
    always @(posedge clk) out_valid <= ~rst & (take | (out_valid & ~out_ready));

    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            (* rom_style = "logic", ram_style = "logic" *) reg [OUT-1:0] values[0:(1<<A)-1];
            initial if (FILE != "") $readmemh(FILE, values);
            reg [OUT-1:0] y;
            always @(posedge clk) if (take) y <= values[in_data[i*A+:A]];
            assign out_data[i*OUT+:OUT] = y;
        end
    endgenerate
endmodule

`default_nettype wire
