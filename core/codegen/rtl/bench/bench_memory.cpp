// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/bench/bench_memory.h"

namespace tandem::codegen {

namespace {

constexpr const char* kMemory = R"(`default_nettype none

// A read port: requests are taken at once and served in order, the first beat `latency` cycles after its
// request, then one every `gap` cycles; later in `stall` of 100 cycles.
module tandem_memory_read #(
    parameter integer BUS = 64
) (
    input  wire clk,
    input  wire rst,
    input  wire [31:0] latency,
    input  wire [31:0] gap,
    input  wire stall,
    input  wire arvalid,
    output wire arready,
    input  wire [31:0] araddr,
    input  wire [7:0] arlen,
    output reg  rvalid,
    input  wire rready,
    output reg  [31:0] rbeat,  // what is read, in beats
    output reg  rlast
);
    localparam integer BYTES_LOG2 = $clog2(BUS / 8);
    reg [31:0] asked_at[0:65535];
    reg [31:0] asked_beat[0:65535];
    reg [7:0] asked_length[0:65535];
    reg [15:0] head, tail;
    reg [7:0] done_beats;
    reg [31:0] now, next_at;
    assign arready = ~stall;
    always @(posedge clk) begin
        if (rst) begin
            head = 16'd0;
            tail = 16'd0;
            done_beats = 8'd0;
            now = 32'd0;
            next_at = 32'd0;
            rvalid <= 1'b0;
            rlast <= 1'b0;
        end else begin
            now = now + 32'd1;  // the cycle that begins
            if (arvalid & arready) begin
                asked_at[tail] = now - 32'd1 + latency;
                asked_beat[tail] = araddr >> BYTES_LOG2;
                asked_length[tail] = arlen;
                tail = tail + 16'd1;
            end
            if (~rvalid | rready) begin
                rvalid <= 1'b0;
                rlast <= 1'b0;
                if (head != tail & ~stall)
                    if (now >= asked_at[head] & now >= next_at) begin
                        rvalid <= 1'b1;
                        rbeat <= asked_beat[head] + {24'd0, done_beats};
                        rlast <= done_beats == asked_length[head];
                        next_at = now + gap;
                        if (done_beats == asked_length[head]) begin
                            done_beats = 8'd0;
                            head = head + 16'd1;
                        end else begin
                            done_beats = done_beats + 8'd1;
                        end
                    end
            end
        end
    end
endmodule

// A write port with the same latency (until the confirmation) and gap.
module tandem_memory_write #(
    parameter integer BUS = 64
) (
    input  wire clk,
    input  wire rst,
    input  wire [31:0] latency,
    input  wire [31:0] gap,
    input  wire stall,
    input  wire awvalid,
    output wire awready,
    input  wire [31:0] awaddr,
    input  wire [7:0] awlen,
    input  wire wvalid,
    output wire wready,
    input  wire wlast,
    output wire write,          // a beat is written now
    output wire [31:0] wbeat,
    output reg  bvalid,
    input  wire bready,
    output reg  broken          // wlast was not where the request said
);
    localparam integer BYTES_LOG2 = $clog2(BUS / 8);
    reg [31:0] asked_beat[0:65535];
    reg [7:0] asked_length[0:65535];
    reg [31:0] confirm_at[0:65535];
    reg [15:0] head, tail, confirmed, confirm;
    reg [7:0] done_beats;
    reg [31:0] now, wait_left;
    assign awready = ~stall;
    assign wready = head != tail & wait_left == 32'd0 & ~stall;
    assign write = wvalid & wready;
    assign wbeat = asked_beat[head] + {24'd0, done_beats};
    always @(posedge clk) begin
        if (rst) begin
            head <= 16'd0;
            tail <= 16'd0;
            confirmed = 16'd0;
            confirm = 16'd0;
            done_beats <= 8'd0;
            now = 32'd0;
            wait_left <= 32'd0;
            bvalid <= 1'b0;
            broken <= 1'b0;
        end else begin
            now = now + 32'd1;
            if (awvalid & awready) begin
                asked_beat[tail] <= awaddr >> BYTES_LOG2;
                asked_length[tail] <= awlen;
                tail <= tail + 16'd1;
            end
            wait_left <= write ? gap - 32'd1 : wait_left == 32'd0 ? 32'd0 : wait_left - 32'd1;
            if (write) begin
                if (wlast != (done_beats == asked_length[head])) broken <= 1'b1;
                if (done_beats == asked_length[head]) begin
                    done_beats <= 8'd0;
                    head <= head + 16'd1;
                    confirm_at[confirm] = now - 32'd1 + latency;
                    confirm = confirm + 16'd1;
                end else begin
                    done_beats <= done_beats + 8'd1;
                end
            end
            if (~bvalid | bready) begin
                bvalid <= 1'b0;
                if (confirmed != confirm & ~stall)
                    if (now >= confirm_at[confirmed]) begin
                        bvalid <= 1'b1;
                        confirmed = confirmed + 16'd1;
                    end
            end
        end
    end
endmodule

`default_nettype wire
)";

} // namespace

std::string benchMemory() {
    return kMemory;
}

} // namespace tandem::codegen
