// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_add_tb.v
`default_nettype none

module tandem_add_tb;
    `include "tb/tandem_bench.vh"

    // Two lanes, unsigned 6 bits times 1000 plus signed 5 bits times 3001, and the same with powers of two.
    reg a_valid = 1'b0, b_valid = 1'b0, out_ready = 1'b0;
    wire a_ready, b_ready, out_valid, free_a_ready, free_b_ready, free_valid;
    wire [15:0] out_data, free_data;
    integer a_sent = 0, b_sent = 0, free_a_sent = 0, free_b_sent = 0, got = 0, got_free = 0;
    tandem_add #(
        .LANES(2), .A(6), .A_SIGNED(0), .B(5), .B_SIGNED(1), .MA(1000), .MB(3001), .ROUNDING(512), .RESULT(28), .SHIFT(10)
    ) scaled (
        .clk(clk), .rst(rst), .a_valid(a_valid), .a_ready(a_ready), .a_data(first(a_sent)), .b_valid(b_valid),
        .b_ready(b_ready), .b_data(second(b_sent)), .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    tandem_add #(
        .LANES(2), .A(6), .A_SIGNED(0), .B(5), .B_SIGNED(1), .MA(1), .MB(3), .FREE_A(1), .FREE_B(1),
        .ROUNDING(-64'd2), .RESULT(28), .SHIFT(2)
    ) shifted (
        .clk(clk), .rst(rst), .a_valid(1'b1), .a_ready(free_a_ready), .a_data(first(free_a_sent)), .b_valid(out_ready),
        .b_ready(free_b_ready), .b_data(second(free_b_sent)), .out_valid(free_valid), .out_ready(1'b1), .out_data(free_data)
    );
    function [11:0] first;
        input integer beat;
        first = beat * 1237;
    endfunction
    function [9:0] second;
        input integer beat;
        second = beat * 389;
    endfunction
    function [7:0] result;
        input integer beat, lane, free;
        reg [5:0] a;
        reg signed [4:0] b;
        integer x, y;
        begin
            a = first(beat) >> 6 * lane;
            b = second(beat) >> 5 * lane;
            x = a;
            y = free != 0 ? (2 * x + 8 * b - 2) >>> 2 : (1000 * x + 3001 * b + 512) >>> 10;
            result = y < -128 ? -128 : y > 127 ? 127 : y;
        end
    endfunction
    always @(posedge clk) if (!rst) begin
        if (a_valid & a_ready) a_sent <= a_sent + 1;
        if (b_valid & b_ready) b_sent <= b_sent + 1;
        if (a_ready | ~a_valid) a_valid <= $random;
        if (b_ready | ~b_valid) b_valid <= $random;
        if (free_a_ready) free_a_sent <= free_a_sent + 1;
        if (out_ready & free_b_ready) free_b_sent <= free_b_sent + 1;
        out_ready <= $random;
        if (out_valid & out_ready) begin
            if (out_data !== {result(got, 1, 0), result(got, 0, 0)}) errors = errors + 1;
            got = got + 1;
        end
        if (free_valid) begin
            if (free_data !== {result(got_free, 1, 1), result(got_free, 0, 1)}) errors = errors + 1;
            got_free = got_free + 1;
        end
        if (got >= 300 & got_free >= 300) finish;
    end
endmodule

`default_nettype wire
