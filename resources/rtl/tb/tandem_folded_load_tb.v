// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_folded_load_tb.v
`default_nettype none

module tandem_folded_load_tb;
    `include "tb/tandem_bench.vh"

    // Words of three lanes of 6 bits over a bus of 16 bits, from a memory whose beats are their own addresses.
    localparam LANES = 3, A = 6, BUS = 16, BEATS = 2;
    reg start = 1'b0, flip = 1'b0, rvalid = 1'b0;
    reg [31:0] from = 0;
    reg [23:0] beats = 0;
    reg [7:0] to = 0;
    reg [BUS-1:0] rdata = 0;
    wire done, arvalid, write;
    wire [31:0] araddr;
    wire [7:0] arlen, write_address;
    wire [LANES*A-1:0] write_data;
    tandem_folded_load #(.BUS(BUS), .LANES(LANES), .A(A), .ADDRESS(8)) dut (
        .clk(clk), .rst(rst), .start(start), .from(from), .beats(beats), .to(to), .flip(flip), .done(done),
        .arvalid(arvalid), .arready(1'b1), .araddr(araddr), .arlen(arlen), .rvalid(rvalid), .rdata(rdata),
        .write(write), .write_address(write_address), .write_data(write_data)
    );
    reg [BUS-1:0] memory[0:1023];
    integer i, run, asked, given, words, lane, next;
    reg [31:0] both;
    reg [7:0] element;
    initial begin
        for (i = 0; i < 1024; i = i + 1) memory[i] = $random;
        @(negedge rst);
        for (run = 0; run < 20; run = run + 1) begin
            words = 1 + ($random & 31);
            from = $random & 511;
            beats = words * BEATS;
            to = $random;
            flip = $random;
            start = 1'b1;
            @(posedge clk) #1 start = 1'b0;
            asked = 0;
            given = 0;
            next = 0;
            while (next < words) begin
                if (arvalid) asked = asked + arlen + 1;
                if (write) begin
                    both = {memory[from+2*next+1], memory[from+2*next]};
                    for (lane = 0; lane < LANES; lane = lane + 1) begin
                        element = both[8*lane+:8];
                        if (write_data[lane*A+:A] !== (element[A-1:0] ^ {flip, 5'd0})) errors = errors + 1;
                    end
                    if (write_address !== ((to + next) & 255)) errors = errors + 1;
                    if (done !== (next == words - 1)) errors = errors + 1;
                    next = next + 1;
                end
                rvalid = given < asked & $random;
                rdata = memory[from+given];
                if (rvalid) given = given + 1;
                @(posedge clk) #1;
            end
            rvalid = 1'b0;
        end
        finish;
    end
endmodule

`default_nettype wire
