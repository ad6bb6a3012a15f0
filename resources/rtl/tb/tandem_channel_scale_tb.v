// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_channel_scale_tb.v
`default_nettype none

module tandem_channel_scale_tb;
    `include "tb/tandem_bench.vh"

    // Four channels, two side by side, five pixels a frame: signed map around -3, unsigned factors around 7.
    localparam CF = 2, PIXELS = 5;
    reg a_valid = 1'b0, b_valid = 1'b0, out_ready = 1'b0;
    wire a_ready, b_ready, out_valid, free_a_ready, free_b_ready, free_valid;
    wire [15:0] out_data, free_data;
    wire both_a = a_ready & free_a_ready, both_b = b_ready & free_b_ready;
    integer a_sent = 0, b_sent = 0, got = 0, free = 0;
    tandem_channel_scale #(
        .LANES(2), .CF(CF), .PIXELS(PIXELS), .A(8), .A_SIGNED(1), .ZA(-3), .B(6), .B_SIGNED(0), .ZB(7), .M(40000),
        .ROUNDING(64'd1 << 19), .RESULT(36), .SHIFT(20), .OUT(8)
    ) dut (
        .clk(clk), .rst(rst), .a_valid(a_valid & free_a_ready), .a_ready(a_ready), .a_data({map(2 * a_sent + 1), map(2 * a_sent)}),
        .b_valid(b_valid & free_b_ready), .b_ready(b_ready), .b_data({factor(2 * b_sent + 1), factor(2 * b_sent)}),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    tandem_channel_scale #(
        .LANES(2), .CF(CF), .PIXELS(PIXELS), .A(8), .A_SIGNED(1), .ZA(-3), .B(6), .B_SIGNED(0), .ZB(7), .M(2), .FREE(1),
        .ROUNDING(64'd64), .RESULT(36), .SHIFT(7), .OUT(8), .LOW(-90), .HIGH(90)
    ) without (
        .clk(clk), .rst(rst), .a_valid(a_valid & a_ready), .a_ready(free_a_ready), .a_data({map(2 * a_sent + 1), map(2 * a_sent)}),
        .b_valid(b_valid & b_ready), .b_ready(free_b_ready), .b_data({factor(2 * b_sent + 1), factor(2 * b_sent)}),
        .out_valid(free_valid), .out_ready(1'b1), .out_data(free_data)
    );
    function [7:0] map;
        input integer n;
        map = n * 29 + n / 5;
    endfunction
    function [5:0] factor;
        input integer n;
        factor = n * 11 + n / 3;
    endfunction
    function [7:0] result;  // of channel n of all, counted over pixels and frames
        input integer n, m, shift, low, high;
        reg signed [7:0] a;
        integer b, value;
        begin
            a = map(n);
            b = factor(n / (2 * CF * PIXELS) * 2 * CF + n % (2 * CF));
            value = ((a + 3) * (b - 7) * m + (1 << (shift - 1))) >>> shift;
            result = value < low ? low : value > high ? high : value;
        end
    endfunction
    always @(posedge clk) if (!rst) begin
        if (a_valid & both_a) a_sent <= a_sent + 1;
        if (both_a | ~a_valid) a_valid <= $random;
        if (b_valid & both_b) b_sent <= b_sent + 1;
        if (both_b | ~b_valid) b_valid <= $random;
        out_ready <= $random;
        if (free_valid) begin
            if (free_data !== {result(2 * free + 1, 4, 7, -90, 90), result(2 * free, 4, 7, -90, 90)}) errors = errors + 1;
            free = free + 1;
        end
        if (out_valid & out_ready) begin
            if (out_data !== {result(2 * got + 1, 40000, 20, -128, 127), result(2 * got, 40000, 20, -128, 127)})
                errors = errors + 1;
            got = got + 1;
            if (got == 400) finish;
        end
    end
endmodule

`default_nettype wire
