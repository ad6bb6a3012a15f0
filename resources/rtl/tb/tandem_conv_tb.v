// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_conv_tb.v
`default_nettype none

module tandem_conv_tb;
    `include "tb/tandem_bench.vh"

    // 2 channels to 4, 3 x 3, padded by 1, 5 x 5 map, two frames: four sums at a time that leave one by one. Any
    // step may have to wait for its weights.
    localparam IC = 2, OC = 4, N = 5, FRAMES = 2;
    reg in_valid = 1'b0, out_ready = 1'b0, weight_ready = 1'b0;
    wire in_ready, out_valid, weight_take;
    wire [4:0] weight_step;
    wire [15:0] weight;
    wire [7:0] out_data;
    wire [7:0] in_data = pixel(sent);
    integer sent = 0, got = 0;
    reg [15:0] weights[0:17];  // one word a step: four weights of four bits
    initial $readmemh("tb/tandem_conv_tb.hex", weights);
    tandem_conv #(
        .IC(IC), .OC(OC), .IH(N), .IW(N), .OH(N), .OW(N), .KH(3), .KW(3), .PT(1), .PL(1), .PAD(-3), .PE(4), .SIMD(1),
        .LANES(1), .A(8), .SIGNED(1), .W(4), .SUM(17), .M(0), .C(8), .RESULT(19), .SHIFT(6), .OUT(8), .RING_LOG2(6),
        .STEP(5), .STREAM(1), .SCALE_FILE("tb/tandem_conv_tb_scale.hex")
    ) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .weight_ready(weight_ready), .weight_take(weight_take), .weight_step(weight_step), .weight(weight),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data)
    );
    tandem_rom #(.WIDTH(16), .DEPTH(18), .ADDRESS(5), .FILE("tb/tandem_conv_tb.hex")) words (
        .clk(clk), .address(weight_step), .data(weight)
    );
    function [7:0] pixel;
        input integer beat;
        pixel = beat * 29 + beat / 7;
    endfunction
    // Output channel o of pixel (y, x) of frame f by definition; the constant of channel o is 32 + o.
    function [7:0] result;
        input integer f, y, x, o;
        integer ky, kx, c, sum;
        reg signed [7:0] a;
        reg signed [3:0] w;
        begin
            sum = 32 + o;
            for (ky = 0; ky < 3; ky = ky + 1)
                for (kx = 0; kx < 3; kx = kx + 1)
                    for (c = 0; c < IC; c = c + 1) begin
                        a = pixel(((f * N + y + ky - 1) * N + x + kx - 1) * IC + c);
                        if (y + ky - 1 < 0 | y + ky - 1 >= N | x + kx - 1 < 0 | x + kx - 1 >= N) a = -3;
                        w = weights[(ky*3+kx)*IC+c] >> 4 * o;
                        sum = sum + a * w;
                    end
            sum = sum >>> 6;
            result = sum < -128 ? -128 : sum > 127 ? 127 : sum;
        end
    endfunction
    always @(posedge clk) if (!rst) begin
        weight_ready <= $random;
        if (weight_take & ~weight_ready) errors = errors + 1;
        if (in_valid & in_ready) sent <= sent + 1;
        if (in_ready | ~in_valid) in_valid <= $random;
        out_ready <= $random;
        if (out_valid & out_ready) begin
            if (out_data !== result(got / (OC * N * N), got / (OC * N) % N, got / OC % N, got % OC)) errors = errors + 1;
            got = got + 1;
            if (got == FRAMES * OC * N * N) finish;
        end
    end
endmodule

`default_nettype wire
