// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_folded_take_tb.v
`default_nettype none

module tandem_folded_take_tb;
    `include "tb/tandem_bench.vh"

    // Two runs of words with random gaps go to where they shall, and no more words than asked for.
    reg start = 1'b0, valid = 1'b0;
    reg [7:0] to = 250;
    wire done, ready, write;
    wire [7:0] address;
    tandem_folded_take #(.ADDRESS(8)) dut (
        .clk(clk), .rst(rst), .start(start), .to(to), .words(24'd20), .done(done), .valid(valid), .ready(ready),
        .write(write), .write_address(address)
    );
    integer n = 0, runs = 0, pause = 0;
    reg [7:0] expected = 250;
    always @(posedge clk) if (!rst) begin
        valid <= $random;
        if (write) begin
            if (address !== expected) errors = errors + 1;
            expected = expected + 1;
            n = n + 1;
        end
        if (done) begin
            runs = runs + 1;
            if (n != 20 * runs) errors = errors + 1;
            to = expected;
        end
        pause = ready | start ? 0 : pause + 1;
        start <= pause == 5 & runs < 2;
        if (pause > 50) begin
            if (runs != 2) errors = errors + 1;
            finish;
        end
    end
endmodule

`default_nettype wire
