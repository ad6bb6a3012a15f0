// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_crop_tb.v
`default_nettype none

module tandem_crop_tb;
    `include "tb/tandem_bench.vh"

    // Beats 1 and 2 of every four, and beats 0 and 1 of every three.
    reg in_valid = 1'b0, out_ready = 1'b0;
    wire in_ready, out_valid, head_in_ready, head_valid;
    wire [7:0] out_data, head_data;
    integer sent = 0, got = 0, heads_sent = 0, heads = 0;
    tandem_crop #(.WIDTH(8), .BEATS(4), .FIRST(1), .COUNT(2)) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(sent[7:0]),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    tandem_crop #(.WIDTH(8), .BEATS(3), .FIRST(0), .COUNT(2)) head (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(head_in_ready), .in_data(heads_sent[7:0]),
        .out_valid(head_valid), .out_ready(out_ready), .out_data(head_data)
    );
    function [7:0] expected;
        input integer n;
        expected = n / 2 * 4 + n % 2 + 1;
    endfunction
    function [7:0] expected_head;
        input integer n;
        expected_head = n / 2 * 3 + n % 2;
    endfunction
    always @(posedge clk) if (!rst & head_valid & out_ready) begin
        if (head_data !== expected_head(heads)) errors = errors + 1;
        heads = heads + 1;
    end
    always @(posedge clk) if (!rst & in_valid & head_in_ready) heads_sent <= heads_sent + 1;
    // Gaps come whether or not a beat was taken: these modules keep nothing.
    always @(posedge clk) if (!rst) begin
        if (in_valid & in_ready) sent <= sent + 1;
        in_valid <= $random;
        out_ready <= $random;
        if (out_valid & out_ready) begin
            if (out_data !== expected(got)) errors = errors + 1;
            got = got + 1;
            if (got == 500) finish;
        end
    end
endmodule

`default_nettype wire
