// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_memory_tb.v
`default_nettype none

module tandem_memory_tb;
    `include "tb/tandem_bench.vh"

    // RAM: random writes and reads against a copy, the old word where both meet. ROM: its file. Constant.
    reg write = 1'b0;
    reg [3:0] write_address = 4'd0, read_address = 4'd0, last_address = 4'd0;
    reg [7:0] write_data = 8'd0;
    reg [7:0] copy[0:15];
    reg [7:0] expected = 8'd0;
    wire [7:0] block_data, lut_data, rom_lut, rom_block;
    wire [11:0] value;
    integer n = 0, i;
    initial for (i = 0; i < 16; i = i + 1) copy[i] = 8'hxx;
    tandem_ram #(.WIDTH(8), .DEPTH_LOG2(4), .BLOCK(1)) block (
        .clk(clk), .write(write), .write_address(write_address), .write_data(write_data), .read(1'b1),
        .read_address(read_address), .read_data(block_data)
    );
    tandem_ram #(.WIDTH(8), .DEPTH_LOG2(4), .BLOCK(0)) lut (
        .clk(clk), .write(write), .write_address(write_address), .write_data(write_data), .read(1'b1),
        .read_address(read_address), .read_data(lut_data)
    );
    tandem_rom #(.WIDTH(8), .DEPTH(16), .ADDRESS(4), .BLOCK(0), .FILE("tb/tandem_memory_tb.hex")) rom0 (
        .clk(clk), .address(read_address), .data(rom_lut)
    );
    tandem_rom #(.WIDTH(8), .DEPTH(16), .ADDRESS(4), .BLOCK(1), .FILE("tb/tandem_memory_tb.hex")) rom1 (
        .clk(clk), .address(read_address), .data(rom_block)
    );
    tandem_constant #(.WIDTH(12), .VALUE(1234)) constant (.value(value));
    always @(posedge clk) if (!rst) begin
        n <= n + 1;
        if (n > 0 & (block_data !== expected | lut_data !== expected)) errors = errors + 1;
        if (n > 0 & (rom_lut !== 8'd16 * last_address + 8'd3 | rom_block !== rom_lut)) errors = errors + 1;
        if (value !== 12'd1234) errors = errors + 1;
        expected <= copy[read_address];
        last_address <= read_address;
        if (write) copy[write_address] <= write_data;
        write <= $random;
        write_address <= $random;
        write_data <= $random;
        read_address <= $random;
        if (n == 1000) finish;
    end
endmodule

`default_nettype wire
