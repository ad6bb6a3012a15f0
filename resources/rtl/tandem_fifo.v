// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// First-in first-out buffer of 2^DEPTH_LOG2 words. A word appears two cycles after it was accepted.
/// in_ready depends on state only; a slot is free again one cycle after its word moved to the output.
module tandem_fifo #(
    parameter integer WIDTH = 8,
    parameter integer DEPTH_LOG2 = 5,
    parameter integer BLOCK = 0
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
    reg [DEPTH_LOG2:0] write_pointer;
    reg [DEPTH_LOG2:0] read_pointer;
    wire empty = write_pointer == read_pointer;
    wire full = write_pointer == {~read_pointer[DEPTH_LOG2], read_pointer[DEPTH_LOG2-1:0]};
    wire write = in_valid & in_ready;
    wire read = ~empty & (~out_valid | out_ready);

    assign in_ready = ~full;

    always @(posedge clk) begin
        if (rst) begin
            write_pointer <= 0;
            read_pointer <= 0;
            out_valid <= 1'b0;
        end else begin
            if (write) write_pointer <= write_pointer + 1'b1;
            if (read) read_pointer <= read_pointer + 1'b1;
            out_valid <= read | (out_valid & ~out_ready);
        end
    end

    tandem_ram #(
        .WIDTH(WIDTH),
        .DEPTH_LOG2(DEPTH_LOG2),
        .BLOCK(BLOCK)
    ) memory (
        .clk(clk),
        .write(write),
        .write_address(write_pointer[DEPTH_LOG2-1:0]),
        .write_data(in_data),
        .read(read),
        .read_address(read_pointer[DEPTH_LOG2-1:0]),
        .read_data(out_data)
    );
endmodule

`default_nettype wire
