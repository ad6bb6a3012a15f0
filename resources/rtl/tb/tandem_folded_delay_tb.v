// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_folded_delay_tb.v
`default_nettype none

module tandem_folded_delay_tb;
    `include "tb/tandem_bench.vh"

    // Both exits against a record of what went in.
    reg [7:0] in = 0;
    reg short_way = 1'b0;
    wire [7:0] out;
    tandem_folded_delay #(.WIDTH(8), .SHORT(3), .LONG(7)) dut (.clk(clk), .short_way(short_way), .in(in), .out(out));
    reg [7:0] given[0:511];
    integer n = 0;
    always @(posedge clk) begin
        if (n > 8 & out !== given[short_way ? n - 3 : n - 7]) errors = errors + 1;
        given[n] = in;
        n = n + 1;
        in <= $random;
        short_way <= $random;
        if (n == 500) finish;
    end
endmodule

`default_nettype wire
