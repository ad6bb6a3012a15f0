// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl_bench.h"

namespace tandem::codegen {

namespace {

constexpr const char* kBench =
    R"(// Sends golden/inputs.hex, compares with golden/outputs.hex. Arguments: +stall_in=P and +stall_out=P keep the
// ports idle in P of 100 cycles at random, +seed=N. Cycle 0 is the first one out of reset. Prints lines that
// begin with "tandem:".
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

    reg [IN-1:0] inputs[0:FRAMES*IN_BEATS-1];
    reg [OUT-1:0] expected[0:FRAMES*OUT_BEATS-1];
    integer stall_in, stall_out, seed;

    reg aresetn;
    integer reset_left, cycle, idle, sent, got, frame, beat, wrong;
    reg [31:0] noise;
    reg in_valid, out_ready, sent_all;
    wire in_ready, out_valid, out_last;
    wire [OUT-1:0] out_data;
    wire last_in = sent == FRAMES * IN_BEATS - 1;
    wire in_moves = aresetn & in_valid & in_ready;
    wire out_moves = aresetn & out_valid & out_ready;

    tandem_top top (
        .aclk(clk), .aresetn(aresetn),
        .s_axis_tvalid(in_valid), .s_axis_tready(in_ready), .s_axis_tdata(inputs[sent]),
        .m_axis_tvalid(out_valid), .m_axis_tready(out_ready), .m_axis_tdata(out_data), .m_axis_tlast(out_last)
    );

    initial begin
        $readmemh("golden/inputs.hex", inputs);
        $readmemh("golden/outputs.hex", expected);
        if ($value$plusargs("stall_in=%d", stall_in) == 0) stall_in = 0;
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
                        $finish;
                    end
                end
            end
            if (idle > PATIENCE) begin
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

constexpr const char* kMakefile = R"(
RTL := $(wildcard rtl/*.v)
ARGS ?=

.PHONY: verilator icarus lint synth-xc7 synth-ice40 clean

verilator: build/verilator/Vtandem_tb
	build/verilator/Vtandem_tb $(ARGS)

build/verilator/Vtandem_tb: $(RTL) tb/tandem_tb.v tb/main.cpp
	verilator --cc --exe --build -O3 --x-assign fast --x-initial fast --noassert -CFLAGS -O2 -Wno-fatal \
	    --top-module tandem_tb -Mdir build/verilator tb/tandem_tb.v $(RTL) ../../tb/main.cpp

icarus: build/icarus.vvp
	vvp -n build/icarus.vvp $(ARGS)

build/icarus.vvp: $(RTL) tb/tandem_tb.v tb/tandem_clock.v
	mkdir -p build
	iverilog -g2005 -s tandem_clock -o $@ tb/tandem_clock.v tb/tandem_tb.v $(RTL)

lint:
	verilator --lint-only -Wall --top-module tandem_top $(RTL)

synth-xc7:
	mkdir -p build
	yosys -l build/xc7.log synth/xc7.ys

synth-ice40:
	mkdir -p build
	yosys -l build/ice40.log synth/ice40.ys

clean:
	rm -rf build
)";

constexpr const char* kReadme = R"(# The accelerator

| folder | what |
|---|---|
| `rtl/` | Verilog-2005: `tandem_top.v` and the modules it uses |
| `mem/` | weights and requantization constants, read by `$readmemh` relative to this folder |
| `tb/` | self-checking test bench |
| `golden/` | input and expected output beats |
| `synth/` | Yosys scripts |

`make verilator` or `make icarus` simulates (`ARGS="+stall_in=30 +stall_out=30 +seed=7"` keeps the ports idle at
random), `make synth-xc7` and `make synth-ice40` synthesize, `make lint` checks the Verilog. Run tools in this
folder: memory images are found from here.

Everything here belongs to you: use, change and pass it on without conditions.
)";

void substitute(std::string& text, const std::string& key, std::int64_t value) {
    for (std::size_t found; (found = text.find(key)) != std::string::npos;) {
        text.replace(found, key.size(), std::to_string(value));
    }
}

std::string yosysScript(const std::vector<std::string>& modules, const std::string& command) {
    std::string text = fileHeader("#", "Run in the package's folder: yosys synth/<this file>");
    for (const std::string& module : modules) {
        text += fmt::format("read_verilog -defer rtl/{}\n", module);
    }
    return text + "read_verilog rtl/tandem_top.v\n" + command;
}

} // namespace

std::vector<TextFile> benchFiles(const BenchShape& shape, const std::vector<std::string>& modules) {
    std::string bench = fileHeader("//", "Self-checking test bench of tandem_top.") + kBench;
    substitute(bench, "@FRAMES@", shape.frames);
    substitute(bench, "@IN_BEATS@", shape.inputBeats);
    substitute(bench, "@OUT_BEATS@", shape.outputBeats);
    substitute(bench, "@IN@", shape.inputBits);
    substitute(bench, "@OUT@", shape.outputBits);
    substitute(bench, "@PATIENCE@", shape.patience);
    return {{"tb/tandem_tb.v", bench},
            {"tb/tandem_clock.v", fileHeader("//", "Clock.") + kClock},
            {"tb/main.cpp", fileHeader("//", "Clock.") + kMain},
            {"Makefile", fileHeader("#", "Simulation and synthesis.") + kMakefile},
            {"README.md", kReadme},
            {"synth/xc7.ys",
             yosysScript(modules, "synth_xilinx -family xc7 -flatten -top tandem_top\nstat -top tandem_top\n"
                                  "write_verilog build/xc7.v\n")},
            {"synth/ice40.ys",
             yosysScript(modules,
                         "synth_ice40 -dsp -top tandem_top -json build/ice40.json\nstat -top tandem_top\n")}};
}

} // namespace tandem::codegen
