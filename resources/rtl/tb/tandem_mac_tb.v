// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_mac_tb.v
`default_nettype none

module tandem_mac_tb;
    `include "tb/tandem_bench.vh"

    // Two sums of three products of unsigned activations and signed weights over groups of four beats; every
    // third beat lies outside the map and counts as 5.
    localparam PE = 2, SIMD = 3, A = 4, W = 5, SUM = 14;
    reg valid = 1'b0, pad = 1'b0, first = 1'b0, last = 1'b0;
    reg [SIMD*A-1:0] a = 0;
    reg [PE*SIMD*W-1:0] w = 0;
    wire done;
    wire [PE*SUM-1:0] sums;
    tandem_mac #(.PE(PE), .SIMD(SIMD), .A(A), .SIGNED(0), .W(W), .SUM(SUM), .TREE(2), .PAD(5)) dut (
        .clk(clk), .rst(rst), .valid(valid), .pad(pad), .first(first), .last(last), .a(a), .w(w), .done(done),
        .sums(sums)
    );
    integer n = 0, p, s, groups = 0, checked = 0, tap;
    integer sum[0:PE-1];
    reg [PE*SUM-1:0] expected[0:255];
    reg signed [W-1:0] weight;
    reg [PE*SUM-1:0] all;
    always @(posedge clk) if (!rst) begin
        if (valid) begin
            for (p = 0; p < PE; p = p + 1) begin
                if (first) sum[p] = 0;
                for (s = 0; s < SIMD; s = s + 1) begin
                    weight = w[(p*SIMD+s)*W+:W];
                    tap = pad ? 5 : a[s*A+:A];
                    sum[p] = sum[p] + weight * tap;
                end
                all[p*SUM+:SUM] = sum[p];
            end
            if (last) begin
                expected[groups] = all;
                groups = groups + 1;
            end
        end
        if (done) begin
            if (sums !== expected[checked]) errors = errors + 1;
            checked = checked + 1;
            if (checked == 200) finish;
        end
        // A group never pauses inside; between groups it may.
        if (n % 4 != 0 | $random & 1) begin
            valid <= 1'b1;
            first <= n % 4 == 0;
            last <= n % 4 == 3;
            pad <= n % 3 == 0;
            a <= $random;
            w <= $random;
            n <= n + 1;
        end else valid <= 1'b0;
    end
endmodule

`default_nettype wire
