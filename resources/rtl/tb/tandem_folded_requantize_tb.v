// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_folded_requantize_tb.v
`default_nettype none

module tandem_folded_requantize_tb;
    `include "tb/tandem_bench.vh"

    // Random sums and constants against 64-bit arithmetic, one group a cycle.
    localparam LANES = 2, SUM = 20, M = 16, C = 38, S = 6, OUT = 7;
    reg done = 1'b0;
    reg [LANES*SUM-1:0] sums = 0;
    reg [LANES*(C+M+S)-1:0] constants = 0;
    reg signed [OUT-1:0] low = -50, high = 61;
    wire valid;
    wire [LANES*OUT-1:0] data;
    tandem_folded_requantize #(
        .LANES(LANES), .SUM(SUM), .M(M), .C(C), .S(S), .SHIFT(0), .RESULT(39), .OUT(OUT)
    ) dut (
        .clk(clk), .rst(rst), .done(done), .sums(sums), .constants(constants), .low(low), .high(high),
        .out_valid(valid), .out_data(data)
    );
    reg signed [OUT-1:0] expected[0:1023];
    integer given = 0, taken = 0, i;
    reg signed [63:0] y, m;
    reg signed [SUM-1:0] sum;
    reg signed [C-1:0] c;
    reg [S-1:0] s;
    always @(posedge clk) if (!rst) begin
        if (valid) for (i = 0; i < LANES; i = i + 1) begin
            if (data[i*OUT+:OUT] !== expected[taken]) errors = errors + 1;
            taken = taken + 1;
        end
        // The constants of the sums of this cycle come in the next one.
        if (done) begin
            for (i = 0; i < LANES; i = i + 1) begin
                sum = sums[i*SUM+:SUM];
                c = {$random, $random};
                c = c >>> ($random & 15);
                s = 10 + $random % 10;
                m = $random & 65535;
                y = (sum * m + c) >>> s;
                if (y < low) y = low;
                if (y > high) y = high;
                expected[given] = y;
                given = given + 1;
                constants[i*(C+M+S)+:C+M+S] <= {s, m[M-1:0], c};
            end
        end
        done <= $random;
        sums <= {$random, $random};
        if (given > 600) finish;
    end
endmodule

`default_nettype wire
