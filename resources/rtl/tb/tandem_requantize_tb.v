// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_requantize_tb.v
`default_nettype none

module tandem_requantize_tb;
    `include "tb/tandem_bench.vh"

    // Four sums leave two at a time: two words of {s, m, c} each with its own shift, against 64-bit arithmetic.
    localparam SUM = 20, C = 30, M = 16, S = 2, SHIFT = 12, OUT = 6, LOW = -20, HIGH = 31;
    reg done = 1'b0;
    reg [4*SUM-1:0] sums = 0;
    wire valid;
    wire [2*OUT-1:0] data;
    tandem_requantize #(
        .PE(4), .LANES(2), .SUM(SUM), .M(M), .C(C), .S(S), .RESULT(38), .SHIFT(SHIFT), .OUT(OUT), .LOW(LOW),
        .HIGH(HIGH), .WORDS(2), .ADDRESS(1), .FILE("tb/tandem_requantize_tb.hex")
    ) dut (.clk(clk), .rst(rst), .done(done), .sums(sums), .out_valid(valid), .out_data(data));
    reg [2*(C+M+S)-1:0] words[0:1];
    initial $readmemh("tb/tandem_requantize_tb.hex", words);
    integer n = 0, groups = 0, beats = 0, i;
    reg [4*SUM-1:0] given[0:255];
    reg signed [63:0] sum, m, c, y;
    reg [C+M+S-1:0] field;
    reg signed [SUM-1:0] narrow_sum;
    reg signed [C-1:0] narrow_c;
    always @(posedge clk) if (!rst) begin
        n <= n + 1;
        done <= n % 3 == 0;
        sums <= {$random, $random, $random};
        if (done) begin
            given[groups] = sums;
            groups = groups + 1;
        end
        if (valid) begin
            for (i = 0; i < 2; i = i + 1) begin
                field = words[beats%2] >> i * (C + M + S);
                narrow_sum = given[beats/2] >> (beats % 2 * 2 + i) * SUM;
                narrow_c = field[C-1:0];
                sum = narrow_sum;
                m = field[C+M-1:C];
                c = narrow_c;
                y = (sum * m + c) >>> (SHIFT + field[C+M+S-1:C+M]);
                if (y < LOW) y = LOW;
                if (y > HIGH) y = HIGH;
                if (data[i*OUT+:OUT] !== y[OUT-1:0]) errors = errors + 1;
            end
            beats = beats + 1;
            if (beats == 300) finish;
        end
    end
endmodule

`default_nettype wire
