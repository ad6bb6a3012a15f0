// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_clamp_tb.v
`default_nettype none

module tandem_clamp_tb;
    `include "tb/tandem_bench.vh"

    // Shifted values below, within and above the limits, wider than an integer too; a shift that leaves nothing but the sign.
    reg signed [9:0] x = -10'sd512;
    wire [3:0] y, sign;
    integer value, n = 0;
    tandem_clamp #(.IN(10), .SHIFT(3), .OUT(4), .LOW(-6), .HIGH(7)) dut (.clk(clk), .x(x), .y(y));
    tandem_clamp #(.IN(10), .SHIFT(12), .OUT(4), .LOW(-8), .HIGH(7)) all (.clk(clk), .x(x), .y(sign));
    wire [3:0] wide;
    tandem_clamp #(.IN(40), .SHIFT(2), .OUT(4), .LOW(-6), .HIGH(7)) long (.clk(clk), .x({{30{x[9]}}, x}), .y(wide));
    reg signed [9:0] before = 10'sd0;
    always @(posedge clk) if (!rst) begin
        before <= x;
        x <= x + 10'sd1;
        n = n + 1;
        if (n > 1) begin
            value = before >>> 3;
            if (value < -6) value = -6;
            if (value > 7) value = 7;
            if (y !== value[3:0]) errors = errors + 1;
            value = before >>> 2;
            if (value < -6) value = -6;
            if (value > 7) value = 7;
            if (wide !== value[3:0]) errors = errors + 1;
            if (sign !== (before < 0 ? 4'hf : 4'h0)) errors = errors + 1;
        end
        if (n == 1030) finish;
    end
endmodule

`default_nettype wire
