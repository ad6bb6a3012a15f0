// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_credit_tb.v
`default_nettype none

module tandem_credit_tb;
    `include "tb/tandem_bench.vh"

    // Eight places, groups of three beats: never more promised than there are places, and all of them used.
    wire go;
    reg want = 1'b0, give = 1'b0;
    integer taken = 0, most = 0, n = 0;
    wire take = go & want;
    tandem_credit #(.BEATS(3), .FIFO_LOG2(3)) dut (.clk(clk), .rst(rst), .take(take), .give(give & taken > 0), .go(go));
    always @(posedge clk) if (!rst) begin
        n <= n + 1;
        if (go !== (taken + 3 <= 8)) errors = errors + 1;
        taken <= taken + (take ? 3 : 0) - (give & taken > 0 ? 1 : 0);
        if (taken > 8) errors = errors + 1;
        if (taken > most) most <= taken;
        want <= $random;
        give <= $random;
        if (n == 1000) begin
            if (most < 8) errors = errors + 1;
            finish;
        end
    end
endmodule

`default_nettype wire
