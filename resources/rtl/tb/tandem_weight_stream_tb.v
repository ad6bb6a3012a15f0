// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_weight_stream_tb.v
`default_nettype none

module tandem_weight_stream_tb;
    `include "tb/tandem_bench.vh"

    // An image of 21 words of 40 bits, three beats of 16 each, over and over, from a memory that takes requests and
    // gives beats at random, to an engine that takes words at random.
    localparam BUS = 16, WORD = 40, WORDS = 21, BEATS = 3, OFFSET = 8192, RING = 8, BURST = 4;
    localparam [31:0] BASE = 32'h0003_0000;
    reg arready = 1'b0, rvalid = 1'b0, take_wish = 1'b0, taken = 1'b0;
    reg [BUS-1:0] rdata = 0;
    wire arvalid, ready;
    wire take = take_wish & ready;
    wire [31:0] araddr;
    wire [7:0] arlen;
    wire [WORD-1:0] word;
    tandem_weight_stream #(
        .BUS(BUS), .WORD(WORD), .WORDS(WORDS), .OFFSET(OFFSET), .RING_LOG2(3), .BURST_LOG2(2)
    ) dut (
        .clk(clk), .rst(rst), .base(BASE), .arvalid(arvalid), .arready(arready), .araddr(araddr), .arlen(arlen),
        .rvalid(rvalid), .rdata(rdata), .ready(ready), .take(take), .word(word)
    );
    reg [BUS-1:0] image[0:WORDS*BEATS-1];
    reg [47:0] expected;
    integer i, asked = 0, given = 0, freed = 0, words = 0, place;
    initial for (i = 0; i < WORDS * BEATS; i = i + 1) image[i] = $random;
    always @(posedge clk) if (!rst) begin
        // Requests: the image's beats in order, whole bursts that begin at multiples of their size.
        place = asked % (WORDS * BEATS);
        if (arvalid & araddr !== BASE + OFFSET + 2 * place) errors = errors + 1;
        if (arvalid & arlen !== (WORDS * BEATS - place < BURST ? WORDS * BEATS - place : BURST) - 1) errors = errors + 1;
        if (arvalid & arready) asked = asked + arlen + 1;
        arready <= $random;
        // Beats, never more than there are places.
        if (asked - freed * BEATS > RING * BEATS) errors = errors + 1;
        rvalid <= 1'b0;
        if (given < asked & $random) begin
            rvalid <= 1'b1;
            rdata <= image[given%(WORDS*BEATS)];
            given = given + 1;
        end
        // Words.
        take_wish <= $random;
        taken <= take;
        if (take) freed = freed + 1;
        if (taken) begin
            expected = {image[(words%WORDS)*BEATS+2], image[(words%WORDS)*BEATS+1], image[(words%WORDS)*BEATS]};
            if (word !== expected[WORD-1:0]) errors = errors + 1;
            words = words + 1;
            if (words == 20 * WORDS) finish;
        end
    end
endmodule

`default_nettype wire
