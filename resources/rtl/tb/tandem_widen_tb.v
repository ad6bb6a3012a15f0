// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_widen_tb.v
`default_nettype none

module tandem_widen_tb;
    `include "tb/tandem_bench.vh"

    // Random gaps on both sides; beat n carries what the comments of the module promise.
    reg in_valid = 1'b0, out_ready = 1'b0;
    wire in_ready, out_valid;
    wire [3:0] in_data;
    wire [11:0] out_data;
    integer sent = 0, got = 0;
    function [3:0] expected;
        input integer beat;
        expected = beat * 7;
    endfunction
    assign in_data = expected(sent);
    tandem_widen #(.WIDTH(4), .RATIO(3)) dut (
        .clk(clk), .rst(rst),
        .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    always @(posedge clk) if (!rst) begin
        if (in_valid & in_ready) sent <= sent + 1;
        if (in_ready | ~in_valid) in_valid <= $random;
        out_ready <= $random;
        if (out_valid & out_ready) begin
            got <= got + 1;
            if (out_data !== {expected(3 * got + 2), expected(3 * got + 1), expected(3 * got)}) errors = errors + 1;
            if (got == 500) finish;
        end
    end
endmodule

`default_nettype wire
