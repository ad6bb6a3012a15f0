// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_hybrid_join_tb.v
`default_nettype none

module tandem_hybrid_join_tb;
    `include "tb/tandem_bench.vh"

    // Pixels of six channels, two a beat, unsigned: a word of four, then a word of two.
    reg valid = 1'b0, ready = 1'b0;
    reg [9:0] data = 0;
    wire in_ready, out_valid;
    wire [27:0] word;
    tandem_hybrid_join #(
        .LANES(2), .COLUMNS(4), .BITS(5), .SIGNED(0), .A(7), .BEATS(3), .DEPTH_LOG2(2)
    ) dut (
        .clk(clk), .rst(rst), .in_valid(valid), .in_ready(in_ready), .in_data(data), .out_valid(out_valid),
        .out_ready(ready), .out_data(word)
    );
    reg [4:0] channels[0:4095];
    integer sent = 0, got = 0, i, lanes, from;
    reg [6:0] expected;
    always @(posedge clk) if (!rst) begin
        if (valid & in_ready) begin
            channels[sent] = data[4:0];
            channels[sent+1] = data[9:5];
            sent = sent + 2;
        end
        if (~valid | in_ready) begin
            valid <= $random;
            data <= $random;
        end
        ready <= $random;
        if (out_valid & ready) begin
            from = got / 2 * 6 + got % 2 * 4;
            lanes = got % 2 == 0 ? 4 : 2;
            for (i = 0; i < lanes; i = i + 1) begin
                expected = channels[from+i] + 7'd64;
                if (word[7*i+:7] !== expected) errors = errors + 1;
            end
            got = got + 1;
            if (got == 400) finish;
        end
    end
endmodule

`default_nettype wire
