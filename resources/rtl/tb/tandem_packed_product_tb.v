// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_packed_product_tb.v
`default_nettype none

/// Every activation with every pair of weights that share a DSP as neighbours (FULL), or with weights at the
/// ends, around zero and at random; the other fields hold changing weights.
module packed_case #(
    parameter integer COUNT = 2,
    parameter integer A = 8,
    parameter integer SIGNED = 1,
    parameter integer W = 8,
    parameter integer FULL = 0
) (
    output reg     finished,
    output integer errors
);
    localparam integer P = A + W, LIMIT = (1 << (W - 1)) - 1, LEVELS = FULL != 0 ? 2 * LIMIT + 1 : 13;
    reg clk = 1'b0;
    reg [A-1:0] a;
    reg [COUNT*W-1:0] fields;
    reg [COUNT*P-1:0] offset;
    wire [COUNT*P-1:0] products;
    tandem_packed_product #(.COUNT(COUNT), .A(A), .SIGNED(SIGNED), .W(W)) dut (
        .clk(clk), .a(a), .w(fields), .offset(offset), .products(products)
    );
    integer i, j, m, k, x, field, borrow, expected, turn;
    integer w[0:7];
    function integer level;
        input integer index;
        case (FULL != 0 ? -1 : index)
            0: level = -LIMIT;
            1: level = 1 - LIMIT;
            2: level = -1;
            3: level = 0;
            4: level = 1;
            5: level = LIMIT - 1;
            6: level = LIMIT;
            -1: level = index - LIMIT;
            default: level = $random % (LIMIT + 1);
        endcase
    endfunction
    initial begin
        finished = 1'b0;
        errors = 0;
        turn = 0;
        for (k = 0; k < COUNT; k = k + 1) offset[k*P+:P] = k < COUNT - 1 ? 1 << (P - 1) : 0;
        for (i = 0; i < 1 << A; i = i + 1)
            for (j = 0; j < LEVELS; j = j + 1)
                for (m = 0; m < LEVELS; m = m + 1) begin
                    turn = (turn + 1) % COUNT;
                    for (k = 0; k < COUNT; k = k + 1) w[k] = $random % (LIMIT + 1);
                    w[turn] = level(j);
                    w[(turn+1)%COUNT] = level(m);
                    borrow = 0;
                    for (k = 0; k < COUNT; k = k + 1) begin
                        field = w[k] - borrow;
                        fields[k*W+:W] = field;
                        borrow = field < 0 ? 1 : 0;
                    end
                    a = i;
                    x = SIGNED != 0 && i >= 1 << (A - 1) ? i - (1 << A) : i;
                    repeat (2) begin
                        #1 clk = 1'b1;
                        #1 clk = 1'b0;
                    end
                    for (k = 0; k < COUNT; k = k + 1) begin
                        expected = x * w[k];
                        if (products[k*P+:P] !== expected[P-1:0]) begin
                            errors = errors + 1;
                            if (errors < 4) $display("A %0d SIGNED %0d W %0d: field %0d: %0d * %0d gives %h", A, SIGNED, W, k, x, w[k], products[k*P+:P]);
                        end
                    end
                end
        finished = 1'b1;
    end
endmodule

module tandem_packed_product_tb;
    localparam CASES = 13;
    wire [CASES-1:0] finished;
    wire [32*CASES-1:0] errors;
    packed_case #(2, 8, 0, 8, 0) c0 (finished[0], errors[0*32+:32]);
    packed_case #(2, 8, 1, 8, 0) c1 (finished[1], errors[1*32+:32]);
    packed_case #(2, 4, 0, 4, 1) c2 (finished[2], errors[2*32+:32]);
    packed_case #(3, 4, 0, 4, 1) c3 (finished[3], errors[3*32+:32]);
    packed_case #(3, 4, 1, 4, 1) c4 (finished[4], errors[4*32+:32]);
    packed_case #(4, 3, 1, 3, 1) c5 (finished[5], errors[5*32+:32]);
    packed_case #(6, 2, 0, 2, 1) c6 (finished[6], errors[6*32+:32]);
    packed_case #(6, 2, 1, 2, 1) c7 (finished[7], errors[7*32+:32]);
    packed_case #(2, 8, 0, 4, 1) c8 (finished[8], errors[8*32+:32]);
    packed_case #(2, 5, 1, 6, 1) c9 (finished[9], errors[9*32+:32]);
    packed_case #(2, 3, 0, 8, 0) c10 (finished[10], errors[10*32+:32]);
    packed_case #(2, 8, 1, 2, 1) c11 (finished[11], errors[11*32+:32]);
    packed_case #(4, 2, 0, 4, 1) c12 (finished[12], errors[12*32+:32]);
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
