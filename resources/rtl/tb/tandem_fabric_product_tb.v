// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_fabric_product_tb.v
`default_nettype none

/// Every pair of activation and weight.
module fabric_case #(
    parameter integer A = 8,
    parameter integer SIGNED = 1,
    parameter integer W = 8
) (
    output reg     finished,
    output integer errors
);
    reg clk = 1'b0;
    reg [A-1:0] a;
    reg [W-1:0] w;
    wire [A+W-1:0] product;
    tandem_fabric_product #(.A(A), .SIGNED(SIGNED), .W(W)) dut (.clk(clk), .a(a), .w(w), .product(product));
    integer i, j, x, y, expected;
    initial begin
        finished = 1'b0;
        errors = 0;
        for (i = 0; i < 1 << A; i = i + 1)
            for (j = 0; j < 1 << W; j = j + 1) begin
                a = i;
                w = j;
                #1 clk = 1'b1;
                #1 clk = 1'b0;
                x = SIGNED != 0 && i >= 1 << (A - 1) ? i - (1 << A) : i;
                y = j >= 1 << (W - 1) ? j - (1 << W) : j;
                expected = x * y;
                if (product !== expected[A+W-1:0]) begin
                    errors = errors + 1;
                    if (errors < 4) $display("A %0d SIGNED %0d W %0d: %0d * %0d gives %h", A, SIGNED, W, x, y, product);
                end
            end
        finished = 1'b1;
    end
endmodule

module tandem_fabric_product_tb;
    localparam CASES = 49 * 2 + 2;
    wire [CASES-1:0] finished;
    wire [32*CASES-1:0] errors;
    genvar a, s, w;
    generate
        for (a = 2; a <= 8; a = a + 1) begin : g_a
            for (w = 2; w <= 8; w = w + 1) begin : g_w
                for (s = 0; s < 2; s = s + 1) begin : g_s
                    localparam N = ((a - 2) * 7 + w - 2) * 2 + s;
                    fabric_case #(.A(a), .SIGNED(s), .W(w)) one (.finished(finished[N]), .errors(errors[32*N+:32]));
                end
            end
        end
    endgenerate
    fabric_case #(.A(1), .SIGNED(0), .W(2)) narrow (.finished(finished[98]), .errors(errors[32*98+:32]));
    fabric_case #(.A(10), .SIGNED(1), .W(3)) wide (.finished(finished[99]), .errors(errors[32*99+:32]));
    integer i, all = 0;
    initial begin
        wait (&finished);
        for (i = 0; i < CASES; i = i + 1) all = all + errors[32*i+:32];
        if (all == 0) $display("PASS");
        else $display("FAIL: %0d errors", all);
        $finish;
    end
endmodule

`default_nettype wire
