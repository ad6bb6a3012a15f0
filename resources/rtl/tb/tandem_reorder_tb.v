// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_reorder_tb.v
`default_nettype none

module tandem_reorder_tb;
    `include "tb/tandem_bench.vh"

    // A 4 x 4 map of 2 beats: blocks of 2 x 2 cells into channels, and rows and columns twice.
    localparam CF = 2, N = 4;
    reg in_valid = 1'b0, out_ready = 1'b0;
    wire in_ready, out_valid, twice_in_ready, twice_valid;
    wire [15:0] out_data, twice_data;
    integer sent = 0, got = 0, twice_sent = 0, twice = 0;
    tandem_reorder #(
        .WIDTH(16), .UNIT(2 * N * CF), .E3(N / 2), .E2(2), .E1(1), .E0(2 * CF), .D3(2 * CF), .D2(N * CF),
        .FREE(2 * CF), .DEPTH_LOG2(5)
    ) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(sent[15:0]),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    tandem_reorder #(
        .WIDTH(16), .UNIT(N * CF), .E3(2), .E2(N), .E1(2), .E0(CF), .D2(CF), .DEPTH_LOG2(4)
    ) repeated (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(twice_in_ready), .in_data(twice_sent[15:0]),
        .out_valid(twice_valid), .out_ready(out_ready), .out_data(twice_data)
    );
    function [15:0] expected;  // beat n: cell (i, j) of block (y, x)
        input integer n;
        integer c, j, i, x, y;
        begin
            c = n % CF;
            j = n / CF % 2;
            i = n / (2 * CF) % 2;
            x = n / (4 * CF) % (N / 2);
            y = n / (2 * CF * N);
            expected = ((2 * y + i) * N + 2 * x + j) * CF + c;
        end
    endfunction
    function [15:0] expected_twice;
        input integer n;
        integer c, x, y;
        begin
            c = n % CF;
            x = n / CF % (2 * N) / 2;
            y = n / (4 * N * CF);
            expected_twice = (y * N + x) * CF + c;
        end
    endfunction
    always @(posedge clk) if (!rst & in_valid & twice_in_ready) twice_sent <= twice_sent + 1;
    always @(posedge clk) if (!rst & twice_valid & out_ready) begin
        if (twice_data !== expected_twice(twice)) errors = errors + 1;
        twice = twice + 1;
    end
    always @(posedge clk) if (!rst) begin
        if (in_valid & in_ready) sent <= sent + 1;
        in_valid <= $random;
        out_ready <= $random;
        if (out_valid & out_ready) begin
            if (out_data !== expected(got)) errors = errors + 1;
            got = got + 1;
            if (got == 1200) finish;
        end
    end
endmodule

`default_nettype wire
