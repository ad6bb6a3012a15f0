// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_folded_burst_tb.v
`default_nettype none

module tandem_folded_burst_tb;
    `include "tb/tandem_bench.vh"

    // Runs of random length from random places with random readiness: bursts follow each other without gap, none
    // crosses a multiple of 16 beats.
    reg start = 1'b0, ready = 1'b0;
    reg [31:0] address = 0;
    reg [23:0] beats = 1;
    wire valid;
    wire [31:0] request;
    wire [7:0] length;
    tandem_folded_burst #(.BURST_LOG2(4)) dut (
        .clk(clk), .rst(rst), .start(start), .address(address), .beats(beats), .valid(valid), .ready(ready),
        .request(request), .length(length)
    );
    integer runs = 0, left = 0, at = 0;
    always @(posedge clk) if (!rst) begin
        ready <= $random;
        start <= 1'b0;
        if (valid & ready) begin
            if (request !== at | length + 1 > left | (request & 15) + length > 15) errors = errors + 1;
            at = at + length + 1;
            left = left - length - 1;
        end
        if (!valid & !start & left == 0) begin
            runs = runs + 1;
            if (runs == 200) finish;
            at = $random & 1023;
            left = 1 + ($random & 127);
            start <= 1'b1;
            address <= at;
            beats <= left;
        end
    end
endmodule

`default_nettype wire
