// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's RTL module library. A copy that Tandem writes into a generated design belongs to the
// user of that design, who may use, change and pass it on without conditions.
`default_nettype none

/// The AXI4-Lite registers of a folded accelerator:
/// 0x00 control (write bit 0: start), 0x04 status (bit 0: done since the last start, bit 1: busy), 0x08 cycles
/// of the last run, 0x0c instructions of it so far, 0x10 weights, 0x14 input, 0x18 output, 0x1c scratch (byte
/// addresses, aligned to 4096).
module tandem_folded_control #(
    parameter integer ADDRESS = 6  // bits of a register's byte address
) (
    input  wire        clk,
    input  wire        rst,
    input  wire        s_axi_awvalid,
    output wire        s_axi_awready,
    input  wire [ADDRESS-1:0] s_axi_awaddr,
    input  wire        s_axi_wvalid,
    output wire        s_axi_wready,
    input  wire [31:0] s_axi_wdata,
    input  wire [ 3:0] s_axi_wstrb,
    output reg         s_axi_bvalid,
    input  wire        s_axi_bready,
    output wire [ 1:0] s_axi_bresp,
    input  wire        s_axi_arvalid,
    output wire        s_axi_arready,
    input  wire [ADDRESS-1:0] s_axi_araddr,
    output reg         s_axi_rvalid,
    input  wire        s_axi_rready,
    output reg  [31:0] s_axi_rdata,
    output wire [ 1:0] s_axi_rresp,
    output reg         start,       // one cycle
    input  wire        done,        // one cycle
    input  wire [15:0] index,
    output reg  [31:0] weights,
    output reg  [31:0] source,
    output reg  [31:0] target,
    output reg  [31:0] scratch
);
    reg busy, finished;
    reg [31:0] cycles;
    wire write = s_axi_awvalid & s_axi_wvalid & ~s_axi_bvalid;
    assign s_axi_awready = write;
    assign s_axi_wready = write;
    assign s_axi_bresp = 2'b00;
    assign s_axi_arready = ~s_axi_rvalid;
    assign s_axi_rresp = 2'b00;
    wire begins = write & s_axi_awaddr[5:2] == 4'd0 & s_axi_wstrb[0] & s_axi_wdata[0] & ~busy;
    wire unused = &{1'b0, s_axi_awaddr[1:0], s_axi_araddr[1:0]};

    function [31:0] merge;
        input [31:0] old;
        input [31:0] data;
        input [3:0] strobe;
        merge = {
            strobe[3] ? data[31:24] : old[31:24],
            strobe[2] ? data[23:16] : old[23:16],
            strobe[1] ? data[15:8] : old[15:8],
            strobe[0] ? data[7:0] : old[7:0]
        };
    endfunction

    always @(posedge clk) begin
        if (rst) begin
            s_axi_bvalid <= 1'b0;
            s_axi_rvalid <= 1'b0;
            start <= 1'b0;
            busy <= 1'b0;
            finished <= 1'b0;
            cycles <= 32'd0;
            weights <= 32'd0;
            source <= 32'd0;
            target <= 32'd0;
            scratch <= 32'd0;
        end else begin
            s_axi_bvalid <= write | (s_axi_bvalid & ~s_axi_bready);
            if (write)
                case (s_axi_awaddr[5:2])
                    4'd4: weights <= merge(weights, s_axi_wdata, s_axi_wstrb);
                    4'd5: source <= merge(source, s_axi_wdata, s_axi_wstrb);
                    4'd6: target <= merge(target, s_axi_wdata, s_axi_wstrb);
                    4'd7: scratch <= merge(scratch, s_axi_wdata, s_axi_wstrb);
                    default: ;
                endcase
            start <= begins;
            busy <= begins | (busy & ~done);
            finished <= ~begins & (finished | done);
            if (start) cycles <= 32'd1;
            else if (busy & ~done) cycles <= cycles + 32'd1;
            s_axi_rvalid <= (s_axi_arvalid & s_axi_arready) | (s_axi_rvalid & ~s_axi_rready);
        end
        if (s_axi_arready)
            case (s_axi_araddr[5:2])
                4'd1: s_axi_rdata <= {30'd0, busy, finished};
                4'd2: s_axi_rdata <= cycles;
                4'd3: s_axi_rdata <= {16'd0, index};
                4'd4: s_axi_rdata <= weights;
                4'd5: s_axi_rdata <= source;
                4'd6: s_axi_rdata <= target;
                4'd7: s_axi_rdata <= scratch;
                default: s_axi_rdata <= 32'd0;
            endcase
    end
endmodule

`default_nettype wire
