// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_folded_stream_tb.v
`default_nettype none

module tandem_folded_stream_tb;
    `include "tb/tandem_bench.vh"

    // Two passes: three chunks of two words behind two words of constants, then one chunk of four words behind
    // one. Beats carry their number; words must come out in order while chunks are taken and freed slowly.
    localparam BUS = 16, WORD = 40, SCALE = 24;  // 3 and 2 beats
    reg start = 1'b0, rvalid = 1'b0, take = 1'b0, free_weights = 1'b0, free_scales = 1'b0;
    reg [15:0] free_words = 0, free_scale_words = 0;
    reg [BUS-1:0] rdata = 0;
    reg [2:0] weight_address = 0;
    reg [1:0] scale_address = 0;
    wire arvalid, ready;
    wire [31:0] araddr;
    wire [7:0] arlen;
    wire [WORD-1:0] weight;
    wire [SCALE-1:0] scale;
    tandem_folded_stream #(
        .BUS(BUS), .WORD(WORD), .SCALE(SCALE), .RING_LOG2(3), .SCALE_LOG2(2), .LOADS(3), .LOADS_LOG2(2),
        .LOADS_FILE("tb/tandem_folded_stream_tb.hex")
    ) dut (
        .clk(clk), .rst(rst), .start(start), .base(32'd100), .arvalid(arvalid), .arready(1'b1), .araddr(araddr),
        .arlen(arlen), .rvalid(rvalid), .rdata(rdata), .chunk_ready(ready), .chunk_take(take),
        .free_weights(free_weights), .free_weight_words(free_words), .free_scales(free_scales),
        .free_scale_words(free_scale_words), .weight_address(weight_address), .weight(weight),
        .scale_address(scale_address), .scale(scale)
    );
    integer queued = 0, sent = 0, i;
    reg [31:0] queue[0:255];
    always @(posedge clk) begin
        if (arvalid) for (i = 0; i <= arlen; i = i + 1) begin
            queue[queued] = araddr + i;
            queued = queued + 1;
        end
        rvalid <= 1'b0;
        if (sent < queued & $random) begin
            rvalid <= 1'b1;
            rdata <= queue[sent];
            sent = sent + 1;
        end
    end
    // Chunk by chunk: first beat of its weights in memory.
    integer chunk, word, first, words;
    reg [15:0] lowest;
    initial begin
        @(negedge rst);
        start = 1'b1;
        @(posedge clk) #1 start = 1'b0;
        for (chunk = 0; chunk < 4; chunk = chunk + 1) begin
            while (!ready) @(posedge clk) #1;
            take = 1'b1;
            @(posedge clk) #1 take = 1'b0;
            repeat (40) @(posedge clk);
            #1 words = chunk < 3 ? 2 : 4;
            first = chunk < 3 ? 104 + 6 * chunk : 124;
            for (word = 0; word < words; word = word + 1) begin
                weight_address = 2 * chunk + word;
                @(posedge clk) #1 lowest = first + 3 * word;
                if (weight[15:0] !== lowest | weight[31:16] !== lowest + 16'd1) errors = errors + 1;
            end
            scale_address = chunk < 3 ? 1 : 2;
            @(posedge clk) #1;
            if (scale[15:0] !== (chunk < 3 ? 16'd102 : 16'd122)) errors = errors + 1;
            free_weights = 1'b1;
            free_words = words;
            @(posedge clk) #1 free_weights = 1'b0;
        end
        repeat (200) @(posedge clk);
        if (ready | sent != 36) errors = errors + 1;
        finish;
    end
endmodule

`default_nettype wire
