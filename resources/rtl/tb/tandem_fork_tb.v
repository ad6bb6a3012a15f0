// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_fork_tb.v
`default_nettype none

module tandem_fork_tb;
    `include "tb/tandem_bench.vh"

    // Three consumers, each with its own gaps, all see every beat once and in order.
    reg in_valid = 1'b0;
    reg [2:0] out_ready = 3'd0;
    wire in_ready;
    wire [2:0] out_valid;
    wire [7:0] out_data;
    integer sent = 0, i;
    integer got[0:2];
    initial for (i = 0; i < 3; i = i + 1) got[i] = 0;
    tandem_fork #(.WIDTH(8), .COUNT(3)) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(sent[7:0]),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    always @(posedge clk) if (!rst) begin
        if (in_valid & in_ready) sent <= sent + 1;
        if (in_ready | ~in_valid) in_valid <= $random;
        out_ready <= $random;
        for (i = 0; i < 3; i = i + 1)
            if (out_valid[i] & out_ready[i]) begin
                if (out_data !== (got[i] & 255)) errors = errors + 1;
                got[i] = got[i] + 1;
            end
        if (got[0] > 400 & got[1] > 400 & got[2] > 400) finish;
    end
endmodule

`default_nettype wire
