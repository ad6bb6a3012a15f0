// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/bench/pipeline_bench.h"

#include "core/codegen/rtl/bench/bench_memory.h"

#include <algorithm>

namespace tandem::codegen {

namespace {

constexpr const char* kBench =
    R"(// Sends golden/inputs.hex, compares with golden/outputs.hex. Arguments: +stall_in=P and +stall_out=P keep the
// ports idle in P of 100 cycles at random, +seed=N.@WEIGHT_ARGUMENTS@ Cycle 0 is the first one out of reset. Prints lines that
// begin with "tandem:"; the taps those about the layers.
`default_nettype none

module tandem_tb (
    input wire clk
);
    localparam integer FRAMES = @FRAMES@;
    localparam integer IN_BEATS = @IN_BEATS@;
    localparam integer OUT_BEATS = @OUT_BEATS@;
    localparam integer IN = @IN@;
    localparam integer OUT = @OUT@;
    localparam integer PATIENCE = @PATIENCE@;
@WEIGHT_DECLARATIONS@
    reg [IN-1:0] inputs[0:FRAMES*IN_BEATS-1];
    reg [OUT-1:0] expected[0:FRAMES*OUT_BEATS-1];
    integer stall_in, stall_out, seed;

    reg aresetn;
    integer reset_left, cycle, idle, sent, got, frame, beat, wrong;
    reg [31:0] noise;
    reg in_valid, out_ready, sent_all, finished;
    wire in_ready, out_valid, out_last;
    wire [OUT-1:0] out_data;
    wire last_in = sent == FRAMES * IN_BEATS - 1;
    wire in_moves = aresetn & in_valid & in_ready;
    wire out_moves = aresetn & out_valid & out_ready;

    tandem_top top (
        .aclk(clk), .aresetn(aresetn),
@WEIGHT_CONNECTIONS@        .s_axis_tvalid(in_valid), .s_axis_tready(in_ready), .s_axis_tdata(inputs[sent]),
        .m_axis_tvalid(out_valid), .m_axis_tready(out_ready), .m_axis_tdata(out_data), .m_axis_tlast(out_last)
    );

@WEIGHT_MEMORY@    // The streams of the layers.
@TAPS@
    initial begin
        $readmemh("golden/inputs.hex", inputs);
        $readmemh("golden/outputs.hex", expected);
@WEIGHT_START@        if ($value$plusargs("stall_in=%d", stall_in) == 0) stall_in = 0;
        if ($value$plusargs("stall_out=%d", stall_out) == 0) stall_out = 0;
        if ($value$plusargs("seed=%d", seed) == 0) seed = 1;
        noise = 32'd2463534242 ^ (seed * 32'd2654435761);
        aresetn = 1'b0;
        reset_left = 4;
        in_valid = 1'b1;
        sent_all = 1'b0;
        out_ready = 1'b1;
        cycle = 0;
        idle = 0;
        sent = 0;
        got = 0;
        frame = 0;
        beat = 0;
        wrong = 0;
        finished = 1'b0;
    end

    function [31:0] next_noise;
        input [31:0] x;
        reg [31:0] y;
        begin
            y = x ^ (x << 13);
            y = y ^ (y >> 17);
            next_noise = y ^ (y << 5);
        end
    endfunction

    always @(posedge clk) begin
        noise <= next_noise(noise);
        if (reset_left != 0) begin
            reset_left <= reset_left - 1;
            aresetn <= reset_left == 1;
        end else begin
            cycle <= cycle + 1;
            idle <= in_moves | out_moves ? 0 : idle + 1;
            if (in_moves) sent <= last_in ? sent : sent + 1;
            if (in_moves & last_in) sent_all <= 1'b1;
            if (sent_all | (in_moves & last_in)) in_valid <= 1'b0;
            else if (in_moves | ~in_valid) in_valid <= noise[15:0] % 100 >= stall_in[15:0];
            out_ready <= noise[31:16] % 100 >= stall_out[15:0];
            if (out_moves) begin
                if (got == 0) $display("tandem: first_output %0d", cycle);
                if (out_data !== expected[got] | out_last !== (beat == OUT_BEATS - 1)) begin
                    wrong <= wrong + 1;
                    if (wrong < 10)
                        $display("tandem: mismatch beat %0d expected %h found %h last %b", got, expected[got],
                                 out_data, out_last);
                end
                got <= got + 1;
                beat <= beat + 1;
                if (beat == OUT_BEATS - 1) begin
                    $display("tandem: frame %0d last_output %0d", frame, cycle);
                    beat <= 0;
                    frame <= frame + 1;
                    if (frame == FRAMES - 1) begin
                        $display("tandem: outputs %0d wrong %0d", FRAMES * OUT_BEATS,
                                 wrong + (out_data !== expected[got] | out_last !== 1'b1 ? 1 : 0));
                        finished <= 1'b1;
                    end
                end
            end
            // What no later layer reads may still be on its way through a layer.
            if (finished & (&tapped | idle > PATIENCE)) $finish;
            else if (idle > PATIENCE) begin
                $display("tandem: standstill after %0d of %0d outputs", got, FRAMES * OUT_BEATS);
                $finish;
            end
        end
    end

endmodule

`default_nettype wire
)";

constexpr const char* kClock = R"(// The clock for simulators that schedule time (Icarus Verilog).
module tandem_clock;
    reg clk = 1'b0;
    always #5 clk = ~clk;
    tandem_tb tb (.clk(clk));
    // +cycles=N: no more than N, to find out how long all of them take.
    integer most;
    initial if ($value$plusargs("cycles=%d", most)) begin
        repeat (most) @(posedge clk);
        $finish;
    end
endmodule
)";

constexpr const char* kMain = R"(// The clock for Verilator.
#include "Vtandem_tb.h"
#include "verilated.h"

#include <memory>

int main(int argc, char** argv) {
    VerilatedContext context;
    context.commandArgs(argc, argv);
    const auto bench = std::make_unique<Vtandem_tb>(&context);
    while (!context.gotFinish()) {
        bench->clk = 0;
        bench->eval();
        context.timeInc(5);
        bench->clk = 1;
        bench->eval();
        context.timeInc(5);
    }
    bench->final();
    return 0;
}
)";

constexpr const char* kTap =
    R"(// Watches the stream of one layer and prints the CRC-32 of every frame's elements, one byte each, in the
// order in which they pass, and the cycle of its last beat. Only the test bench has it: it looks into the
// accelerator from outside.
`default_nettype none

module tandem_tap #(
    parameter integer LAYER = 0,
    parameter integer LANES = 1,
    parameter integer BITS = 8,
    parameter integer BEATS = 1,  // of a frame
    parameter integer FRAMES = 1
) (
    input  wire                  clk,
    input  wire                  valid,
    input  wire                  ready,
    input  wire [LANES*BITS-1:0] data,
    input  wire [          31:0] cycle,
    output wire                  done
);
    reg [31:0] remainders[0:255];
    reg [31:0] crc, next;
    integer i, bits, lane, beat, frame;

    initial begin
        for (i = 0; i < 256; i = i + 1) begin
            next = i;
            for (bits = 0; bits < 8; bits = bits + 1) next = next[0] ? (next >> 1) ^ 32'hedb88320 : next >> 1;
            remainders[i] = next;
        end
        crc = 32'hffffffff;
        beat = 0;
        frame = 0;
    end

    assign done = frame == FRAMES;

    function [7:0] element;
        input integer index;
        begin
            element = 8'd0;
            element[BITS-1:0] = data[index*BITS+:BITS];
        end
    endfunction

    always @(posedge clk)
        if (valid & ready & ~done) begin
            next = crc;
            for (lane = 0; lane < LANES; lane = lane + 1)
                next = remainders[next[7:0] ^ element(lane)] ^ (next >> 8);
            crc <= beat == BEATS - 1 ? 32'hffffffff : next;
            beat <= beat == BEATS - 1 ? 0 : beat + 1;
            if (beat == BEATS - 1) begin
                $display("tandem: layer %0d frame %0d crc %h cycle %0d", LAYER, frame, ~next, cycle);
                frame <= frame + 1;
            end
        end

endmodule

`default_nettype wire
)";

void substitute(std::string& text, const std::string& key, const std::string& value) {
    for (std::size_t found; (found = text.find(key)) != std::string::npos;) {
        text.replace(found, key.size(), value);
    }
}

/// Puts memory behind the ports of streamed weights.
void substituteWeights(std::string& bench, const BenchShape& shape) {
    std::string declarations, connections, memory, start, arguments;
    if (!shape.weights.empty()) {
        arguments = " +latency=N and +gap=N of the\n// weights' memory, whose ports pause like the input's.";
        declarations =
            fmt::format("    localparam [31:0] WEIGHTS_AT = 32'h0001_0000;  // any multiple of 4096\n"
                        "    reg [7:0] weights[0:{}];\n    integer latency, gap;\n",
                        shape.weightBytes - 1);
        connections = fmt::format("        .{}(WEIGHTS_AT),\n", kWeightsBase);
        start = fmt::format("        $readmemh(\"{}\", weights);\n"
                            "        if ($value$plusargs(\"latency=%d\", latency) == 0) latency = {};\n"
                            "        if ($value$plusargs(\"gap=%d\", gap) == 0) gap = {};\n",
                            kStreamedImage, shape.memory.latency, shape.memory.gap);
    }
    for (const StreamedWeights& weights : shape.weights) {
        const int l = weights.layer, bytes = weights.stream.busBits / 8;
        std::string data;
        for (int byte = bytes; byte-- > 0;) {
            data += fmt::format("weights[w{}_at+{}]{}", l, byte, byte > 0 ? ", " : "");
        }
        declarations +=
            fmt::format("    wire w{0}_arvalid, w{0}_arready, w{0}_rvalid, w{0}_rready, w{0}_rlast;\n"
                        "    wire [31:0] w{0}_araddr, w{0}_rbeat;\n    wire [7:0] w{0}_arlen;\n"
                        "    wire [31:0] w{0}_at = w{0}_rbeat * {1} - WEIGHTS_AT;\n",
                        l, bytes);
        for (const char* port : {"arvalid", "arready", "araddr", "arlen", "rvalid", "rready", "rlast"}) {
            connections += fmt::format("        .{0}_{1}(w{2}_{1}),\n", weights.bus(), port, l);
        }
        connections += fmt::format("        .{0}_arsize(), .{0}_arburst(), .{0}_rresp(2'd0),\n"
                                   "        .{0}_rdata({{{1}}}),\n",
                                   weights.bus(), data);
        memory += fmt::format(
            "    tandem_memory_read #(.BUS({1})) memory{0} (\n"
            "        .clk(clk), .rst(~aresetn), .latency(latency), .gap(gap),\n"
            "        .stall((noise >> {2}) % 100 < stall_in[15:0]),\n"
            "        .arvalid(w{0}_arvalid), .arready(w{0}_arready), .araddr(w{0}_araddr), "
            ".arlen(w{0}_arlen),\n"
            "        .rvalid(w{0}_rvalid), .rready(w{0}_rready), .rbeat(w{0}_rbeat), .rlast(w{0}_rlast)\n"
            "    );\n",
            l, weights.stream.busBits, 1 + l % 16);
    }
    substitute(bench, "@WEIGHT_ARGUMENTS@", arguments);
    substitute(bench, "@WEIGHT_DECLARATIONS@", declarations);
    substitute(bench, "@WEIGHT_CONNECTIONS@", connections);
    substitute(bench, "@WEIGHT_MEMORY@", memory);
    substitute(bench, "@WEIGHT_START@", start);
}

std::string tapText(const std::vector<BenchTap>& taps, int frames) {
    std::string text = fmt::format("    wire [{}:0] tapped;\n", std::max<std::size_t>(taps.size(), 1) - 1);
    if (taps.empty()) {
        text += "    assign tapped = 1'b1;\n";
    }
    for (std::size_t t = 0; t < taps.size(); ++t) {
        const BenchTap& tap = taps[t];
        text += fmt::format(
            "    tandem_tap #(.LAYER({0}), .LANES({1}), .BITS({2}), .BEATS({3}), .FRAMES({4})) tap{0} (\n"
            "        .clk(clk), .valid(aresetn & {5}_valid), .ready({5}_ready), .data({5}_data), "
            ".cycle(cycle), .done(tapped[{6}])\n"
            "    );\n",
            tap.layer, tap.lanes, tap.bits, tap.beats, frames, tap.stream, t);
    }
    return text;
}

} // namespace

std::vector<TextFile> benchFiles(const BenchShape& shape) {
    std::string bench = fileHeader("//", "Self-checking test bench of tandem_top.") + kBench;
    substitute(bench, "@FRAMES@", std::to_string(shape.frames));
    substitute(bench, "@IN_BEATS@", std::to_string(shape.inputBeats));
    substitute(bench, "@OUT_BEATS@", std::to_string(shape.outputBeats));
    substitute(bench, "@IN@", std::to_string(shape.inputBits));
    substitute(bench, "@OUT@", std::to_string(shape.outputBits));
    substitute(bench, "@PATIENCE@", std::to_string(shape.patience));
    substitute(bench, "@TAPS@", tapText(shape.taps, shape.frames));
    substituteWeights(bench, shape);
    std::string watchers = fileHeader("//", "A test bench's look at one layer.") + kTap;
    if (!shape.weights.empty()) {
        watchers += "\n// Memory as the test bench has it.\n" + benchMemory();
    }
    std::vector<TextFile> files = clockFiles();
    files.push_back({"tb/tandem_tb.v", std::move(bench)});
    files.push_back({"tb/tandem_tap.v", std::move(watchers)});
    return files;
}

std::vector<TextFile> clockFiles() {
    return {{"tb/tandem_clock.v", fileHeader("//", "Clock.") + kClock},
            {"tb/main.cpp", fileHeader("//", "Clock.") + kMain}};
}

} // namespace tandem::codegen
