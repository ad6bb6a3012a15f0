// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_outbox_tb.v
`default_nettype none

module tandem_outbox_tb;
    `include "tb/tandem_bench.vh"

    // Groups of three beats, nine cycles deep: no beat is lost although the consumer takes its time.
    reg out_ready = 1'b0;
    wire go, out_valid;
    wire [7:0] out_data;
    reg wants = 1'b0;
    wire start = go & wants & pause == 0;
    reg [11:0] coming = 12'd0;
    integer pause = 0, made = 0, got = 0;
    tandem_outbox #(.WIDTH(8), .BEATS(3), .FIFO_LOG2(4)) dut (
        .clk(clk), .rst(rst), .start(start), .go(go), .in_valid(coming[11]), .in_data(made[7:0]),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    always @(posedge clk) if (!rst) begin
        wants <= $random;
        pause <= start ? 2 : pause == 0 ? 0 : pause - 1;
        coming <= {coming[10:0], 1'b0} | (start ? 12'b1110 : 12'd0);
        if (coming[11]) made <= made + 1;
        out_ready <= $random & $random;
        if (out_valid & out_ready) begin
            if (out_data !== (got & 255)) errors = errors + 1;
            got = got + 1;
            if (got == 900) finish;
        end
    end
endmodule

`default_nettype wire
