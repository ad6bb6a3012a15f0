// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_select_tb.v
`default_nettype none

module tandem_select_tb;
    `include "tb/tandem_bench.vh"

    // Pixels of six channels, two side by side: channels 5, 0, 3, 3 leave in this order.
    reg in_valid = 1'b0, out_ready = 1'b0;
    wire in_ready, out_valid;
    wire [15:0] out_data;
    integer sent = 0, got = 0;
    tandem_select #(.LANES(2), .A(8), .CF(3), .NB(2), .FILE("tb/tandem_select_tb.hex")) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data({channel(2 * sent + 1), channel(2 * sent)}),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    function [7:0] channel;
        input integer n;
        channel = n * 13 + n / 6;
    endfunction
    function [15:0] expected;
        input integer n;
        integer pixel;
        begin
            pixel = n / 2 * 6;
            expected = n % 2 == 0 ? {channel(pixel), channel(pixel + 5)} : {channel(pixel + 3), channel(pixel + 3)};
        end
    endfunction
    always @(posedge clk) if (!rst) begin
        if (in_valid & in_ready) sent <= sent + 1;
        if (in_ready | ~in_valid) in_valid <= $random;
        out_ready <= $random;
        if (out_valid & out_ready) begin
            if (out_data !== expected(got)) errors = errors + 1;
            got = got + 1;
            if (got == 500) finish;
        end
    end
endmodule

`default_nettype wire
