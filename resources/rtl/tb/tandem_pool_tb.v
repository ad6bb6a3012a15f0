// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_pool_tb.v
`default_nettype none

module tandem_pool_tb;
    `include "tb/tandem_bench.vh"

    // Two channels of a 6 x 6 map: 2 x 2 maximum of signed numbers, and the average of the same windows.
    localparam N = 6;
    reg in_valid = 1'b0;
    wire in_ready, average_in_ready, max_valid, average_valid;
    wire [15:0] max_data;
    wire [7:0] average_data;
    integer sent = 0, maxima = 0, averages = 0;
    wire both = in_ready & average_in_ready;
    tandem_pool #(
        .CHANNELS(2), .IH(N), .IW(N), .OH(3), .OW(3), .MAXIMUM(1), .LANES(2), .OUT_LANES(2), .RING_LOG2(4)
    ) maximum (
        .clk(clk), .rst(rst), .in_valid(in_valid & both), .in_ready(in_ready), .in_data(pixel(sent)),
        .out_valid(max_valid), .out_ready(1'b1), .out_data(max_data)
    );
    tandem_pool #(
        .CHANNELS(2), .IH(N), .IW(N), .OH(3), .OW(3), .MAXIMUM(0), .LANES(2), .OUT_LANES(1), .SUM(10), .M(0), .C(4),
        .RESULT(12), .SHIFT(2), .RING_LOG2(4), .SCALE_FILE("tb/tandem_pool_tb.hex")
    ) average (
        .clk(clk), .rst(rst), .in_valid(in_valid & both), .in_ready(average_in_ready), .in_data(pixel(sent)),
        .out_valid(average_valid), .out_ready(1'b1), .out_data(average_data)
    );
    function [15:0] pixel;
        input integer beat;
        pixel = beat * 20011;
    endfunction
    function [7:0] result;  // of output pixel n and channel c
        input integer n, c, largest;
        integer ky, kx, sum, best, y, x;
        reg [15:0] beat;
        reg signed [7:0] a;
        begin
            sum = 2;
            best = -128;
            for (ky = 0; ky < 2; ky = ky + 1)
                for (kx = 0; kx < 2; kx = kx + 1) begin
                    y = n / 3 % 3 * 2 + ky;
                    x = n % 3 * 2 + kx;
                    beat = pixel(n / 9 * N * N + y * N + x);
                    a = c == 0 ? beat[7:0] : beat[15:8];
                    sum = sum + a;
                    if (a > best) best = a;
                end
            result = largest != 0 ? best : sum >>> 2;
        end
    endfunction
    always @(posedge clk) if (!rst) begin
        if (in_valid & both) sent <= sent + 1;
        if (both | ~in_valid) in_valid <= $random;
        if (max_valid) begin
            if (max_data !== {result(maxima, 1, 1), result(maxima, 0, 1)}) errors = errors + 1;
            maxima = maxima + 1;
        end
        if (average_valid) begin
            if (average_data !== result(averages / 2, averages % 2, 0)) errors = errors + 1;
            averages = averages + 1;
            if (averages == 36 & maxima >= 18) finish;
        end
    end
endmodule

`default_nettype wire
