// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_fifo_tb.v
`default_nettype none

module tandem_fifo_tb;
    `include "tb/tandem_bench.vh"

    // Random gaps on both sides; beat n carries what the comments of the module promise.
    reg in_valid = 1'b0, out_ready = 1'b0;
    wire in_ready, out_valid;
    wire [7:0] in_data;
    wire [7:0] out_data;
    integer sent = 0, got = 0;
    assign in_data = sent * 7;
    tandem_fifo #(.WIDTH(8), .DEPTH_LOG2(3)) dut (
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
            if (out_data !== (got * 7 & 255)) errors = errors + 1;
            if (sent - got > 9) errors = errors + 1;  // eight places and the output register
            if (got == 500) finish;
        end
    end
endmodule

`default_nettype wire
