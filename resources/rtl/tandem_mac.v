// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// One engine's lanes of products: each of PE sums adds SIMD products a cycle (SEPARATE: lane i multiplies
/// activation i by weight i, PE == SIMD). PACK says what multiplies: 1: one DSP each (or LUTs where synthesis
/// finds the product too small), 0: LUTs, more: PACK neighbouring sums share a DSP, their weights given as
/// tandem_packed_product wants them, and PACK divides PE. `sums` is complete 4 + TREE cycles (PACK > 1: one
/// more) after the group's last beat came in (`done`), for one cycle. Sums wrap at SUM bits, which hold every
/// result.
module tandem_mac #(
    parameter integer PE = 1,
    parameter integer SIMD = 1,
    parameter integer A = 8,         // bits of an activation
    parameter integer SIGNED = 1,    // activations are two's complement
    parameter integer W = 8,         // bits of a weight
    parameter integer SUM = 24,
    parameter integer SEPARATE = 0,
    parameter integer TREE = 0,      // levels of the adder tree: ceil(log2 SIMD), 0 where SEPARATE
    parameter integer PAD = 0,       // activation outside the map
    parameter integer PACK = 1
) (
    input  wire                                  clk,
    input  wire                                  rst,
    input  wire                                  valid,
    input  wire                                  pad,
    input  wire                                  first,
    input  wire                                  last,
    input  wire [                    SIMD*A-1:0] a,
    input  wire [(SEPARATE!=0?PE:PE*SIMD)*W-1:0] w,
    output wire                                  done,
    output wire [                    PE*SUM-1:0] sums
);
    localparam integer AX = A + 1 - SIGNED;         // bits of the signed operand
    localparam integer P = PACK == 1 ? AX + W : A + W;  // of a product
    localparam integer LEAVES = 1 << TREE;
    localparam integer LATE = TREE + (PACK > 1 ? 1 : 0);

    reg [SIMD*A-1:0] a_pad;
    reg [(SEPARATE!=0?PE:PE*SIMD)*W-1:0] w_now;
    always @(posedge clk) begin
        a_pad <= pad ? {SIMD{PAD[A-1:0]}} : a;
        w_now <= w;
    end

    // first travels with the operands to the accumulator, last one further to say that the sum is complete.
    reg [1+LATE:0] first_at;
    reg [2+LATE:0] last_at;
    always @(posedge clk) begin
        first_at <= {first_at[LATE:0], first};
        last_at <= rst ? {(3 + LATE) {1'b0}} : {last_at[1+LATE:0], last & valid};
    end
    wire clear = first_at[1+LATE];
    assign done = last_at[2+LATE];

    wire [SUM-1:0] zero;
    tandem_constant #(.WIDTH(SUM)) no_sum (.value(zero));

    // ---- products: lane s of sum p ----------------------------------------------------------------
    wire [PE*LEAVES*P-1:0] products;
    genvar p, s, l, k;
    generate
        if (PACK > 1) begin : g_packed
            wire [PACK*P-1:0] offset;
            for (k = 0; k < PACK; k = k + 1) begin : g_offset
                if (k < PACK - 1) begin : g_half
                    tandem_constant #(.WIDTH(P), .VALUE(64'd1 << (P - 1))) half (.value(offset[k*P+:P]));
                end else begin : g_none
                    tandem_constant #(.WIDTH(P)) none (.value(offset[k*P+:P]));
                end
            end
            for (p = 0; p < PE; p = p + PACK) begin : g_pe
                for (s = 0; s < SIMD; s = s + 1) begin : g_lane
                    wire [PACK*W-1:0] fields;
                    wire [PACK*P-1:0] made;
                    tandem_packed_product #(.COUNT(PACK), .A(A), .SIGNED(SIGNED), .W(W)) pack (
                        .clk(clk), .a(a_pad[s*A+:A]), .w(fields), .offset(offset), .products(made)
                    );
                    for (k = 0; k < PACK; k = k + 1) begin : g_field
                        assign fields[k*W+:W] = w_now[((p+k)*SIMD+s)*W+:W];
                        assign products[((p+k)*LEAVES+s)*P+:P] = made[k*P+:P];
                    end
                end
            end
        end else begin : g_single
            for (p = 0; p < PE; p = p + 1) begin : g_pe
                for (s = 0; s < (SEPARATE != 0 ? 1 : SIMD); s = s + 1) begin : g_lane
                    localparam integer LA = SEPARATE != 0 ? p : s;
                    localparam integer LW = SEPARATE != 0 ? p : p * SIMD + s;
                    if (PACK == 0) begin : g_fabric
                        tandem_fabric_product #(.A(A), .SIGNED(SIGNED), .W(W)) fabric (
                            .clk(clk), .a(a_pad[LA*A+:A]), .w(w_now[LW*W+:W]),
                            .product(products[(p*LEAVES+s)*P+:P])
                        );
                    end else begin : g_product
                        wire signed [AX-1:0] x;
                        if (SIGNED != 0) begin : g_signed
                            assign x = a_pad[LA*A+:A];
                        end else begin : g_unsigned
                            assign x = {1'b0, a_pad[LA*A+:A]};
                        end
                        wire signed [W-1:0] y = w_now[LW*W+:W];
                        reg signed [P-1:0] product;
                        always @(posedge clk) product <= x * y;
                        assign products[(p*LEAVES+s)*P+:P] = product;
                    end
                end
            end
        end
        for (p = 0; p < PE; p = p + 1) begin : g_rest
            for (s = (SEPARATE != 0 ? 1 : SIMD); s < LEAVES; s = s + 1) begin : g_lane
                assign products[(p*LEAVES+s)*P+:P] = {P{1'b0}};
            end
        end
    endgenerate

    // ---- their sums -------------------------------------------------------------------------------
    generate
        for (p = 0; p < PE; p = p + 1) begin : g_pe
            for (l = 0; l <= TREE; l = l + 1) begin : g_level
                wire [(LEAVES>>l)*(P+l)-1:0] total;
                if (l == 0) begin : g_leaf
                    assign total = products[p*LEAVES*P+:LEAVES*P];
                end else begin : g_add
                    for (s = 0; s < (LEAVES >> l); s = s + 1) begin : g_pair
                        wire signed [P+l-2:0] left = g_level[l-1].total[2*s*(P+l-1)+:P+l-1];
                        wire signed [P+l-2:0] right = g_level[l-1].total[(2*s+1)*(P+l-1)+:P+l-1];
                        reg signed [P+l-1:0] pair;
                        always @(posedge clk) pair <= left + right;
                        assign total[s*(P+l)+:P+l] = pair;
                    end
                end
            end
            wire signed [P+TREE-1:0] top = g_level[TREE].total;
            wire signed [SUM-1:0] term;
            if (SUM > P + TREE) begin : g_extend
                assign term = {{(SUM - P - TREE) {top[P+TREE-1]}}, top};
            end else begin : g_cut
                assign term = top[SUM-1:0];
            end
            reg signed [SUM-1:0] sum;
            always @(posedge clk) sum <= (clear ? zero : sum) + term;
            assign sums[p*SUM+:SUM] = sum;
        end
    endgenerate
endmodule

`default_nettype wire
