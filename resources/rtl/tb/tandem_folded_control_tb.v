// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_folded_control_tb.v
`default_nettype none

module tandem_folded_control_tb;
    `include "tb/tandem_bench.vh"

    // Registers keep what was written, a run counts its cycles, start while busy is not heard.
    reg awvalid = 1'b0, arvalid = 1'b0, done = 1'b0;
    reg [5:0] awaddr = 0, araddr = 0;
    reg [31:0] wdata = 0;
    wire awready, wready, bvalid, arready, rvalid, start;
    wire [1:0] bresp, rresp;
    wire [31:0] rdata, weights, source, target, scratch;
    tandem_folded_control #(.ADDRESS(6)) dut (
        .clk(clk), .rst(rst), .s_axi_awvalid(awvalid), .s_axi_awready(awready), .s_axi_awaddr(awaddr),
        .s_axi_wvalid(awvalid), .s_axi_wready(wready), .s_axi_wdata(wdata), .s_axi_wstrb(4'hf),
        .s_axi_bvalid(bvalid), .s_axi_bready(1'b1), .s_axi_bresp(bresp), .s_axi_arvalid(arvalid),
        .s_axi_arready(arready), .s_axi_araddr(araddr), .s_axi_rvalid(rvalid), .s_axi_rready(1'b1),
        .s_axi_rdata(rdata), .s_axi_rresp(rresp), .start(start), .done(done), .index(16'd7), .weights(weights),
        .source(source), .target(target), .scratch(scratch)
    );
    integer starts = 0, i;
    always @(posedge clk) if (start) starts = starts + 1;
    task write;
        input [5:0] address;
        input [31:0] data;
        begin
            awvalid = 1'b1;
            awaddr = address;
            wdata = data;
            #1 while (!awready) @(posedge clk) #1;
            @(posedge clk) #1 awvalid = 1'b0;
        end
    endtask
    task read;
        input [5:0] address;
        input [31:0] expected;
        begin
            arvalid = 1'b1;
            araddr = address;
            #1 while (!arready) @(posedge clk) #1;
            @(posedge clk) #1 arvalid = 1'b0;
            while (!rvalid) @(posedge clk) #1;
            if (rdata !== expected) errors = errors + 1;
        end
    endtask
    initial begin
        @(negedge rst);
        for (i = 4; i < 8; i = i + 1) write(4 * i, 32'h1000 * i);
        for (i = 4; i < 8; i = i + 1) read(4 * i, 32'h1000 * i);
        if (weights !== 32'h4000 | source !== 32'h5000 | target !== 32'h6000 | scratch !== 32'h7000)
            errors = errors + 1;
        read(6'h04, 32'd0);
        write(6'h00, 32'd1);  // start: cycle 0 is the one that follows
        repeat (20) @(posedge clk);
        #1 write(6'h00, 32'd1);
        read(6'h04, 32'd2);
        read(6'h0c, 32'd7);
        while (dut.cycles != 40) @(posedge clk) #1;
        done = 1'b1;
        @(posedge clk) #1 done = 1'b0;
        repeat (5) @(posedge clk) #1;
        read(6'h04, 32'd1);
        read(6'h08, 32'd40);
        if (starts != 1) errors = errors + 1;
        finish;
    end
endmodule

`default_nettype wire
