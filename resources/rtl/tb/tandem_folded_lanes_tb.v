// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_folded_lanes_tb.v
`default_nettype none

module tandem_folded_lanes_tb;
    `include "tb/tandem_bench.vh"

    // Groups of one to four steps in every mode against plain arithmetic.
    localparam LANES = 3, A = 6, W = 5, SUM = 28;
    reg valid = 1'b0, first = 1'b0, last = 1'b0, scalar = 1'b0, maximum = 1'b0, paired = 1'b0;
    reg signed [17:0] factor_first = 0, factor_other = 0;
    reg [LANES*A-1:0] a = 0;
    reg [LANES*W-1:0] w = 0;
    wire done;
    wire [LANES*SUM-1:0] sums;
    tandem_folded_lanes #(.LANES(LANES), .A(A), .W(W), .SUM(SUM)) dut (
        .clk(clk), .rst(rst), .valid(valid), .first(first), .last(last), .scalar(scalar), .maximum(maximum),
        .paired(paired), .factor_first(factor_first), .factor_other(factor_other), .a(a), .w(w), .done(done),
        .sums(sums)
    );
    reg signed [SUM-1:0] expected[0:LANES-1];
    reg signed [SUM-1:0] x, y, before[0:LANES-1];
    reg signed [A-1:0] xa;
    reg signed [W-1:0] yw;
    integer group, step, steps, i, mode;
    initial begin
        @(negedge rst);
        for (group = 0; group < 200; group = group + 1) begin
            mode = group % 4;
            scalar = mode == 1 | mode == 3;
            maximum = mode == 2;
            paired = mode == 3;
            factor_first = $random;
            factor_other = paired ? $random % 64 : $random;
            steps = paired ? 2 : 1 + ($random & 3);
            for (step = 0; step < steps; step = step + 1) begin
                valid = 1'b1;
                first = step == 0;
                last = step == steps - 1;
                a = $random;
                w = $random;
                for (i = 0; i < LANES; i = i + 1) begin
                    xa = a[i*A+:A];
                    yw = w[i*W+:W];
                    x = xa;
                    y = paired & !first ? before[i] - factor_other : scalar ? (first ? factor_first : factor_other) : yw;
                    if (maximum) expected[i] = first | x > expected[i] ? x : expected[i];
                    else expected[i] = (first ? 0 : expected[i]) + x * y;
                    before[i] = x;
                end
                @(posedge clk) #1;
            end
            valid = 1'b0;
            @(posedge clk) #1;
            @(posedge clk) #1;
            if (done !== 1'b1) errors = errors + 1;
            for (i = 0; i < LANES; i = i + 1)
                if (sums[i*SUM+:SUM] !== expected[i]) errors = errors + 1;
            @(posedge clk) #1;
        end
        finish;
    end
endmodule

`default_nettype wire
