// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// The lane path: each lane sums up products of one channel (`maximum`: keeps the largest activation) over a
/// group, by the lane's weight or (`scalar`) by factor_first in the group's first step and factor_other in the
/// others. `paired`: the group's second step multiplies by the activation of the first one less factor_other.
/// The result is there three cycles after the group's last step (`done`).
module tandem_folded_lanes #(
    parameter integer LANES = 4,
    parameter integer A = 8,   // bits of an activation, two's complement
    parameter integer W = 8,   // bits of a weight
    parameter integer SUM = 28 // at least A + 2
) (
    input  wire                 clk,
    input  wire                 rst,
    input  wire                 valid,
    input  wire                 first,
    input  wire                 last,
    input  wire                 scalar,
    input  wire                 maximum,
    input  wire                 paired,
    input  wire signed [  17:0] factor_first,
    input  wire signed [  17:0] factor_other,
    input  wire [  LANES*A-1:0] a,
    input  wire [  LANES*W-1:0] w,
    output wire                 done,
    output wire [LANES*SUM-1:0] sums
);
    localparam integer P = A + 18;
    reg [2:0] last_at;
    reg [1:0] first_at;
    always @(posedge clk) begin
        first_at <= {first_at[0], first};
        last_at <= rst ? 3'd0 : {last_at[1:0], last & valid};
    end
    assign done = last_at[2];
    wire signed [17:0] factor = first ? factor_first : factor_other;

    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire signed [W-1:0] weight = w[i*W+:W];
            reg signed [A-1:0] x;
            reg signed [17:0] y;
            reg signed [P-1:0] product;
            reg signed [SUM-1:0] sum;
            reg signed [A-1:0] x_late, best;
            wire signed [SUM-1:0] term;
            if (SUM > P) begin : g_extend
                assign term = {{(SUM - P) {product[P-1]}}, product};
            end else begin : g_cut
                assign term = product[SUM-1:0];
            end
            always @(posedge clk) begin
                x <= a[i*A+:A];
                y <= paired & ~first ? {{(18 - A) {x[A-1]}}, x} - factor_other :
                     scalar ? factor : {{(18 - W) {weight[W-1]}}, weight};
                product <= x * y;
                sum <= (first_at[1] ? {SUM{1'b0}} : sum) + term;
                x_late <= x;
                best <= first_at[1] | x_late > best ? x_late : best;
            end
            assign sums[i*SUM+:SUM] = maximum ? {{(SUM - A) {best[A-1]}}, best} : sum;
        end
    endgenerate
endmodule

`default_nettype wire
