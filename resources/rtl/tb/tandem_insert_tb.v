// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_insert_tb.v
`default_nettype none

module tandem_insert_tb;
    `include "tb/tandem_bench.vh"

    // A 2 x 3 map of 2 beats, rows 2 and columns 3 apart.
    localparam CF = 2, IH = 2, IW = 3, FH = 2, FW = 3;
    reg in_valid = 1'b0, out_ready = 1'b0;
    wire in_ready, out_valid;
    wire [7:0] out_data;
    integer sent = 0, got = 0;
    tandem_insert #(.LANES(2), .A(4), .CF(CF), .IW(IW), .FH(FH), .FW(FW), .FILL(-3)) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(sent[7:0]),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    function [7:0] expected;
        input integer n;
        integer c, x, y;
        begin
            c = n % CF;
            x = n / CF % (IW * FW);
            y = n / (CF * IW * FW);
            expected = x % FW == 0 & y % FH == 0 ? (y / FH * IW + x / FW) * CF + c : 8'hdd;
        end
    endfunction
    always @(posedge clk) if (!rst) begin
        if (in_valid & in_ready) sent <= sent + 1;
        if (in_ready | ~in_valid) in_valid <= $random;
        out_ready <= $random;
        if (out_valid & out_ready) begin
            if (out_data !== expected(got)) errors = errors + 1;
            got = got + 1;
            if (got == 1000) finish;
        end
    end
endmodule

`default_nettype wire
