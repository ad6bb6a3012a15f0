// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_folded_store_tb.v
`default_nettype none

module tandem_folded_store_tb;
    `include "tb/tandem_bench.vh"

    // Words of four lanes of 6 bits over a bus of 16 bits with random readiness; bytes are extended.
    localparam LANES = 4, A = 6, BUS = 16;
    reg start = 1'b0, flip = 1'b0, wready = 1'b0, awready = 1'b0, bvalid = 1'b0;
    reg [7:0] from = 0;
    reg [23:0] words = 0, beats = 0;
    reg [31:0] to = 0;
    reg [LANES*A-1:0] read_data = 0;
    wire done, awvalid, wvalid, wlast, reading;
    wire [31:0] awaddr;
    wire [7:0] awlen, read_address;
    wire [BUS-1:0] wdata;
    tandem_folded_store #(.BUS(BUS), .LANES(LANES), .A(A), .ADDRESS(8)) dut (
        .clk(clk), .rst(rst), .start(start), .from(from), .words(words), .to(to), .beats(beats), .flip(flip),
        .done(done), .awvalid(awvalid), .awready(awready), .awaddr(awaddr), .awlen(awlen), .wvalid(wvalid),
        .wready(wready), .wdata(wdata), .wlast(wlast), .bvalid(bvalid), .reading(reading),
        .read_address(read_address), .read_data(read_data)
    );
    reg [LANES*A-1:0] pool[0:255];
    always @(posedge clk) if (reading) read_data <= pool[read_address];
    integer i, run, sent, open, asked, lane;
    reg [7:0] index;
    reg [A-1:0] value;
    reg [7:0] element;
    initial begin
        for (i = 0; i < 256; i = i + 1) pool[i] = $random;
        @(negedge rst);
        for (run = 0; run < 20; run = run + 1) begin
            words = 1 + ($random & 63);
            beats = 2 * words;
            from = $random;
            to = $random & 1023;
            flip = $random;
            start = 1'b1;
            @(posedge clk) #1 start = 1'b0;
            sent = 0;
            open = 0;
            asked = 0;
            while (!done) begin
                wready = $random;
                awready = $random;
                bvalid = open != 0 & $random;
                #1;
                if (bvalid) open = open - 1;
                if (awvalid & awready) begin
                    if (awaddr !== to + asked) errors = errors + 1;
                    asked = asked + awlen + 1;
                end
                if (wvalid & wready) begin
                    for (lane = 0; lane < 2; lane = lane + 1) begin
                        index = from + sent / 2;
                        value = pool[index] >> (sent % 2 * 2 + lane) * A;
                        value = value ^ {flip, 5'd0};
                        element = {{2{value[A-1] & ~flip}}, value};
                        if (wdata[8*lane+:8] !== element) errors = errors + 1;
                    end
                    if (wlast !== ((to + sent) % 16 == 15 | sent == beats - 1)) errors = errors + 1;
                    if (wlast) open = open + 1;
                    sent = sent + 1;
                end
                @(posedge clk) #1;
                bvalid = 1'b0;
            end
            if (sent != beats | asked != beats | open != 0) errors = errors + 1;
            @(posedge clk) #1;
        end
        finish;
    end
endmodule

`default_nettype wire
