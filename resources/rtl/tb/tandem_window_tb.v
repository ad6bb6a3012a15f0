// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_window_tb.v
`default_nettype none

/// Every tap of every group of three frames in order, with gaps in the input, in the consumer's room and between taps.
module tandem_window_case #(
    parameter integer CF = 2, IH = 5, IW = 4, OH = 3, OW = 3, KH = 3, KW = 2, SH = 2, SW = 1, DH = 1, DW = 2, PT = 1,
    parameter integer PL = 1, NF = 3, DEPTH_LOG2 = 6
) (
    input  wire clk,
    input  wire rst,
    output reg  done
);
    integer errors = 0;
    reg in_valid = 1'b0, go = 1'b0, step_go = 1'b0;
    wire in_ready, start, run, valid, pad, first, last;
    wire [15:0] data;
    wire [6:0] step;
    integer sent = 0, n = 0;
    tandem_window #(
        .WIDTH(16), .CF(CF), .IH(IH), .IW(IW), .OH(OH), .OW(OW), .KH(KH), .KW(KW), .SH(SH), .SW(SW), .DH(DH), .DW(DW),
        .PT(PT), .PL(PL), .NF(NF), .DEPTH_LOG2(DEPTH_LOG2), .STEP(7)
    ) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(sent[15:0]), .go(go), .step_go(step_go),
        .start(start), .run(run), .step(step), .data_valid(valid), .data_pad(pad), .data_first(first), .data_last(last), .data(data)
    );
    integer c, kx, ky, ox, oy, f, y, x, rest;
    reg outside;
    initial done = 1'b0;
    always @(posedge clk) if (!rst & !done) begin
        if (in_valid & in_ready) sent <= sent + 1;
        if (in_ready | ~in_valid) in_valid <= $random;
        go <= $random;
        step_go <= $random;
        if (run & ~step_go | start & ~(go & run)) errors = errors + 1;
        if (valid) begin
            c = n % CF;
            kx = n / CF % KW;
            ky = n / (CF * KW) % KH;
            rest = n / (CF * KW * KH * NF);
            ox = rest % OW;
            oy = rest / OW % OH;
            f = rest / (OW * OH);
            y = oy * SH - PT + ky * DH;
            x = ox * SW - PL + kx * DW;
            outside = y < 0 | y >= IH | x < 0 | x >= IW;
            if (pad !== outside) errors = errors + 1;
            if (!outside & data !== ((f * IH + y) * IW + x) * CF + c) errors = errors + 1;
            if (first !== (c == 0 & kx == 0 & ky == 0) | last !== (c == CF - 1 & kx == KW - 1 & ky == KH - 1))
                errors = errors + 1;
            n = n + 1;
            done <= n == 3 * OH * OW * NF * KH * KW * CF;
        end
    end
endmodule

module tandem_window_tb;
    `include "tb/tandem_bench.vh"

    // 2 beats a pixel, 5 x 4 map, 3 x 2 kernel, stride 2 x 1, dilation 1 x 2, padded by 1 above and left.
    wire sparse_done;
    tandem_window_case sparse (.clk(clk), .rst(rst), .done(sparse_done));
    // Pads of both sides together as large as a 2 x 2 kernel, and larger than a 3 x 3 one, each with the least ring.
    wire twice_done, full_done;
    tandem_window_case #(
        .IH(4), .IW(4), .OH(5), .OW(5), .KH(2), .KW(2), .SH(1), .DW(1), .NF(1), .DEPTH_LOG2(4)
    ) twice (.clk(clk), .rst(rst), .done(twice_done));
    tandem_window_case #(
        .CF(1), .IH(3), .IW(5), .OH(5), .OW(7), .KH(3), .KW(3), .SH(1), .DW(1), .PT(2), .PL(2), .NF(1), .DEPTH_LOG2(4)
    ) full (.clk(clk), .rst(rst), .done(full_done));

    always @(posedge clk) if (!rst & sparse_done & twice_done & full_done) begin
        errors = sparse.errors + twice.errors + full.errors;
        finish;
    end
endmodule

`default_nettype wire
