// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_concat_tb.v
`default_nettype none

module tandem_concat_tb;
    `include "tb/tandem_bench.vh"

    // Three streams with 2, 1 and 3 beats of a pixel, each with its own gaps.
    reg [2:0] in_valid = 3'd0;
    reg out_ready = 1'b0;
    wire [2:0] in_ready;
    wire out_valid;
    wire [9:0] out_data;
    integer got = 0, i;
    integer sent[0:2];
    initial for (i = 0; i < 3; i = i + 1) sent[i] = 0;
    wire [29:0] in_data = {2'd2, sent[2][7:0], 2'd1, sent[1][7:0], 2'd0, sent[0][7:0]};
    tandem_concat #(.WIDTH(10), .COUNT(3), .BITS(2), .LAST({2'd2, 2'd0, 2'd1})) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    function [9:0] expected;
        input integer n;
        integer pixel, beat;
        reg [7:0] count;
        begin
            pixel = n / 6;
            beat = n % 6;
            count = beat < 2 ? 2 * pixel + beat : beat < 3 ? pixel : 3 * pixel + beat - 3;
            expected = {beat < 2 ? 2'd0 : beat < 3 ? 2'd1 : 2'd2, count};
        end
    endfunction
    always @(posedge clk) if (!rst) begin
        for (i = 0; i < 3; i = i + 1) begin
            if (in_valid[i] & in_ready[i]) sent[i] <= sent[i] + 1;
            if (in_ready[i] | ~in_valid[i]) in_valid[i] <= $random;
        end
        out_ready <= $random;
        if (out_valid & out_ready) begin
            if (out_data !== expected(got)) errors = errors + 1;
            got = got + 1;
            if (got == 900) finish;
        end
    end
endmodule

`default_nettype wire
