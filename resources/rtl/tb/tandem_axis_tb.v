// SPDX-License-Identifier: GPL-3.0-or-later
// Self-checking test bench; prints PASS or what differs. Run in resources/rtl: iverilog -y . tb/tandem_axis_tb.v
`default_nettype none

module tandem_axis_tb;
    `include "tb/tandem_bench.vh"

    // Both ports behind each other: 5 bits in 8, tlast after every 6 beats.
    reg tvalid = 1'b0, tready = 1'b0;
    wire tready_in, valid, ready, tvalid_out, tlast;
    wire [4:0] data;
    wire [7:0] tdata_out;
    integer sent = 0, got = 0;
    tandem_axis_in #(.WIDTH(5), .TDATA(8)) in (
        .clk(clk), .rst(rst), .s_axis_tvalid(tvalid), .s_axis_tready(tready_in),
        .s_axis_tdata({3'b101, sent[4:0]}), .out_valid(valid), .out_ready(ready), .out_data(data)
    );
    tandem_axis_out #(.WIDTH(5), .TDATA(8), .BEATS(6)) out (
        .clk(clk), .rst(rst), .in_valid(valid), .in_ready(ready), .in_data(data),
        .m_axis_tvalid(tvalid_out), .m_axis_tready(tready), .m_axis_tdata(tdata_out), .m_axis_tlast(tlast)
    );
    always @(posedge clk) if (!rst) begin
        if (tvalid & tready_in) sent <= sent + 1;
        if (tready_in | ~tvalid) tvalid <= $random;
        tready <= $random;
        if (tvalid_out & tready) begin
            got <= got + 1;
            if (tdata_out !== {3'b000, got[4:0]} | tlast !== (got % 6 == 5)) errors = errors + 1;
            if (got == 300) finish;
        end
    end
endmodule

`default_nettype wire
