// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_table_tb.v
`default_nettype none

module tandem_table_tb;
    `include "tb/tandem_bench.vh"

    // Two channels side by side through sixteen entries (three times the address, plus one), with gaps.
    reg in_valid = 1'b0, out_ready = 1'b0;
    wire in_ready, out_valid;
    wire [11:0] out_data;
    integer sent = 0, got = 0;
    tandem_table #(.LANES(2), .A(4), .OUT(6), .FILE("tb/tandem_table_tb.hex")) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(beat(sent)),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    function [7:0] beat;
        input integer n;
        beat = n * 37;
    endfunction
    function [11:0] expected;
        input integer n;
        reg [7:0] b;
        reg [5:0] low, high;
        begin
            b = beat(n);
            low = 3 * b[3:0] + 1;
            high = 3 * b[7:4] + 1;
            expected = {high, low};
        end
    endfunction
    always @(posedge clk) if (!rst) begin
        if (in_valid & in_ready) sent <= sent + 1;
        if (in_ready | ~in_valid) in_valid <= $random;
        out_ready <= $random;
        if (out_valid & out_ready) begin
            if (out_data !== expected(got)) errors = errors + 1;
            got = got + 1;
            if (got == 600) finish;
        end
    end
endmodule

`default_nettype wire
