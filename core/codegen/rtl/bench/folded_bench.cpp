// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/bench/folded_bench.h"

#include "core/codegen/rtl/bench/bench_memory.h"
#include "core/codegen/rtl/bench/pipeline_bench.h"
#include "core/codegen/rtl/folded/memory.h"

namespace tandem::codegen {

using namespace hw::folded;

namespace {

constexpr const char* kBench = R"(`default_nettype none

// Computes the frames of golden/inputs.hex one after another and compares with golden/outputs.hex where
// golden/mask.hex has ones. Arguments: +latency=N and +gap=N of the memory, +stall_in=P and +stall_out=P let
// reads and writes pause in P of 100 cycles at random, +seed=N. Cycles count from the first frame's start command, without what lies between frames. Prints
// lines that begin with "tandem:".
module tandem_tb (
    input wire clk
);
    localparam integer FRAMES = @FRAMES@;
    localparam integer WEIGHT_BUS = @WEIGHT_BUS@;
    localparam integer MAP_BUS = @MAP_BUS@;
    localparam integer WEIGHT_BEATS = @WEIGHT_BEATS@;
    localparam integer IN_BEATS = @IN_BEATS@;      // of a frame
    localparam integer OUT_BEATS = @OUT_BEATS@;
    localparam integer OUT_AT = @OUT_AT@;          // where the outputs begin in the maps' memory, in beats
    localparam integer SCRATCH_AT = @SCRATCH_AT@;
    localparam integer MAP_BEATS = @MAP_BEATS@;    // of the whole memory
    localparam integer IN_STEP = @IN_STEP@;        // from one frame's input to the next one's
    localparam integer PATIENCE = @PATIENCE@;

    reg [WEIGHT_BUS-1:0] weights[0:WEIGHT_BEATS-1];
    reg [@IN@-1:0] inputs[0:FRAMES*IN_BEATS-1];
@STREAM_DECLARATIONS@    reg [MAP_BUS-1:0] expected[0:FRAMES*OUT_BEATS-1];
    reg [MAP_BUS/8-1:0] mask[0:OUT_BEATS-1];
    reg [MAP_BUS-1:0] maps[0:MAP_BEATS-1];
    reg [7:0] seen[0:@SEEN@];       // every layer's output, row, column, channel
    reg [31:0] remainders[0:255];
    reg [31:0] crc;
    integer row, column, channel;
    integer latency, gap, stall_in, stall_out, seed;
    integer i, j, frame, wrong, cycle, total, clock, reset_left;
    reg [31:0] noise;
    reg aresetn, running;
    reg [2:0] command;  // register writes in front of a frame
    reg write_valid;
    reg [5:0] write_address;
    reg [31:0] write_data;
    wire write_ready, confirmed;

    wire w_arvalid, w_arready, w_rvalid, w_rlast, w_rready;
    wire [31:0] w_araddr, w_rbeat;
    wire [7:0] w_arlen;
    wire m_arvalid, m_arready, m_rvalid, m_rlast, m_rready, m_awvalid, m_awready, m_wvalid, m_wready, m_wlast;
    wire m_bvalid, m_bready, m_write, broken;
    wire [31:0] m_araddr, m_awaddr, m_rbeat, m_wbeat;
    wire [7:0] m_arlen, m_awlen;
    wire [MAP_BUS-1:0] m_wdata;
    wire stall_read = noise[15:0] % 100 < stall_in[15:0];
    wire stall_weights = noise[23:8] % 100 < stall_in[15:0];
    wire stall_write = noise[31:16] % 100 < stall_out[15:0];

    tandem_top top (
        .aclk(clk), .aresetn(aresetn),
@STREAM_CONNECTION@        .s_axi_awvalid(write_valid), .s_axi_awready(write_ready), .s_axi_awaddr(write_address),
        .s_axi_awprot(3'd0), .s_axi_wvalid(write_valid), .s_axi_wready(), .s_axi_wdata(write_data),
        .s_axi_wstrb(4'hf), .s_axi_bvalid(confirmed), .s_axi_bready(1'b1), .s_axi_bresp(),
        .s_axi_arvalid(1'b0), .s_axi_arready(), .s_axi_araddr(6'd0), .s_axi_arprot(3'd0),
        .s_axi_rvalid(), .s_axi_rready(1'b1), .s_axi_rdata(), .s_axi_rresp(),
        .m_axi_weights_arvalid(w_arvalid), .m_axi_weights_arready(w_arready),
        .m_axi_weights_araddr(w_araddr), .m_axi_weights_arlen(w_arlen),
        .m_axi_weights_arsize(), .m_axi_weights_arburst(), .m_axi_weights_rvalid(w_rvalid),
        .m_axi_weights_rready(w_rready), .m_axi_weights_rdata(weights[w_rbeat]), .m_axi_weights_rresp(2'd0),
        .m_axi_weights_rlast(w_rlast),
        .m_axi_maps_arvalid(m_arvalid), .m_axi_maps_arready(m_arready),
        .m_axi_maps_araddr(m_araddr), .m_axi_maps_arlen(m_arlen),
        .m_axi_maps_arsize(), .m_axi_maps_arburst(), .m_axi_maps_rvalid(m_rvalid),
        .m_axi_maps_rready(m_rready), .m_axi_maps_rdata(maps[m_rbeat]), .m_axi_maps_rresp(2'd0),
        .m_axi_maps_rlast(m_rlast),
        .m_axi_maps_awvalid(m_awvalid), .m_axi_maps_awready(m_awready), .m_axi_maps_awaddr(m_awaddr),
        .m_axi_maps_awlen(m_awlen), .m_axi_maps_awsize(), .m_axi_maps_awburst(),
        .m_axi_maps_wvalid(m_wvalid), .m_axi_maps_wready(m_wready), .m_axi_maps_wdata(m_wdata),
        .m_axi_maps_wstrb(), .m_axi_maps_wlast(m_wlast), .m_axi_maps_bvalid(m_bvalid),
        .m_axi_maps_bready(m_bready), .m_axi_maps_bresp(2'd0)
    );
    tandem_memory_read #(.BUS(WEIGHT_BUS)) weight_port (
        .clk(clk), .rst(~aresetn), .latency(latency), .gap(gap), .stall(stall_weights),
        .arvalid(w_arvalid), .arready(w_arready), .araddr(w_araddr), .arlen(w_arlen),
        .rvalid(w_rvalid), .rready(w_rready), .rbeat(w_rbeat), .rlast(w_rlast)
    );
    tandem_memory_read #(.BUS(MAP_BUS)) map_read_port (
        .clk(clk), .rst(~aresetn), .latency(latency), .gap(gap), .stall(stall_read),
        .arvalid(m_arvalid), .arready(m_arready), .araddr(m_araddr), .arlen(m_arlen),
        .rvalid(m_rvalid), .rready(m_rready), .rbeat(m_rbeat), .rlast(m_rlast)
    );
    tandem_memory_write #(.BUS(MAP_BUS)) map_write_port (
        .clk(clk), .rst(~aresetn), .latency(latency), .gap(gap), .stall(stall_write),
        .awvalid(m_awvalid), .awready(m_awready), .awaddr(m_awaddr), .awlen(m_awlen),
        .wvalid(m_wvalid), .wready(m_wready), .wlast(m_wlast), .write(m_write), .wbeat(m_wbeat),
        .bvalid(m_bvalid), .bready(m_bready), .broken(broken)
    );

    initial begin
        $readmemh("mem/weights.hex", weights);
        $readmemh("golden/inputs.hex", inputs);
        $readmemh("golden/outputs.hex", expected);
        $readmemh("golden/mask.hex", mask);
        for (i = 0; i < 256; i = i + 1) begin
            crc = i;
            for (j = 0; j < 8; j = j + 1) crc = crc[0] ? (crc >> 1) ^ 32'hedb88320 : crc >> 1;
            remainders[i] = crc;
        end
        for (i = 0; i < MAP_BEATS; i = i + 1) maps[i] = {MAP_BUS{1'b0}};
@INPUT_COPY@        if ($value$plusargs("latency=%d", latency) == 0) latency = @LATENCY@;
        if ($value$plusargs("gap=%d", gap) == 0) gap = @GAP@;
        if ($value$plusargs("stall_in=%d", stall_in) == 0) stall_in = 0;
        if ($value$plusargs("stall_out=%d", stall_out) == 0) stall_out = 0;
        if ($value$plusargs("seed=%d", seed) == 0) seed = 1;
        noise = 32'd2463534242 ^ (seed * 32'd2654435761);
        aresetn = 1'b0;
        running = 1'b0;
        reset_left = 4;
        command = 3'd0;
        write_valid = 1'b0;
        write_address = 6'd0;
        write_data = 32'd0;
        cycle = 0;
        total = 0;
        clock = 0;
        frame = 0;
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

    // Copies rows of a layer's output from the activation memory: elements of `bits` bits, stored less `offset`.
    task look;
        input integer first_word, rows, columns, blocks, channels, to, bits, offset;
        begin
            for (row = 0; row < rows; row = row + 1)
                for (column = 0; column < columns; column = column + 1)
                    for (channel = 0; channel < channels; channel = channel + 1) begin
                        i = first_word + (row * columns + column) * blocks + channel / @COLUMNS@;
                        crc = 0;
                        crc[@A@-1:0] = top.core.pool.@POOL@.words[i][channel%@COLUMNS@*@A@+:@A@];
                        crc = (crc + offset) & ((1 << bits) - 1);
                        seen[to+(row*columns+column)*channels+channel] = crc[7:0];
                    end
        end
    endtask

    task tell;
        input integer layer, from, bytes;
        begin
            crc = 32'hffffffff;
            for (i = from; i < from + bytes; i = i + 1) crc = remainders[crc[7:0]^seen[i]] ^ (crc >> 8);
            $display("tandem: layer %0d frame %0d crc %h", layer, frame, ~crc);
        end
    endtask

    // An instruction has ended: what is complete now.
    task look_after;
        input [31:0] instruction;
        begin
            case (instruction)
@LOOKS@                default: ;
            endcase
        end
    endtask

    task compare;
        begin
@TELLS@            for (i = 0; i < OUT_BEATS; i = i + 1)
                for (j = 0; j < MAP_BUS / 8; j = j + 1)
                    if (mask[i][j] & maps[OUT_AT+i][8*j+:8] !== expected[frame*OUT_BEATS+i][8*j+:8]) begin
                        wrong = wrong + 1;
                        if (wrong < 10)
                            $display("tandem: mismatch beat %0d byte %0d expected %h found %h", frame * OUT_BEATS + i,
                                     j, expected[frame*OUT_BEATS+i][8*j+:8], maps[OUT_AT+i][8*j+:8]);
                    end
            if (top.control.cycles != cycle) begin
                wrong = wrong + 1;
                $display("tandem: mismatch cycle register %0d", top.control.cycles);
            end
            if (broken) begin
                wrong = wrong + 1;
                $display("tandem: mismatch end of a burst");
            end
        end
    endtask

    always @(posedge clk) begin
        noise <= next_noise(noise);
        if (m_write) maps[m_wbeat] <= m_wdata;
        if (reset_left == 0) clock <= clock + 1;
@STREAM_PROCESS@        if (reset_left != 0) begin
            reset_left <= reset_left - 1;
            aresetn <= reset_left == 1;
        end else if (~running) begin
            if (~write_valid & command != 3'd5) begin
                write_valid <= 1'b1;
                case (command)
                    3'd0: write_address <= 6'h10;
                    3'd1: write_address <= 6'h14;
                    3'd2: write_address <= 6'h18;
                    3'd3: write_address <= 6'h1c;
                    default: write_address <= 6'h00;
                endcase
                case (command)
                    3'd0: write_data <= 0;
                    3'd1: write_data <= frame * IN_STEP * (MAP_BUS / 8);
                    3'd2: write_data <= OUT_AT * (MAP_BUS / 8);
                    3'd3: write_data <= SCRATCH_AT * (MAP_BUS / 8);
                    default: write_data <= 1;
                endcase
            end
            if (write_valid & write_ready) begin
                write_valid <= 1'b0;
                command <= command + 3'd1;
                if (command == 3'd4) begin
                    running <= 1'b1;
                    cycle <= 0;
                end
            end
        end else begin
            cycle <= cycle + 1;
            if (top.core.trace & top.core.trace_index != 16'd0) look_after({16'd0, top.core.trace_index} - 32'd1);
            if (top.core.trace) $display("tandem: begin %0d %0d", top.core.trace_index, @NOW@ - total);
            if (top.core.done) begin
                compare;
                total <= total + cycle;
                if (frame == 0) $display("tandem: first_output %0d", @NOW@);
                $display("tandem: frame %0d last_output %0d", frame, @NOW@);
                if (frame == FRAMES - 1) begin
                    $display("tandem: outputs %0d wrong %0d", FRAMES * OUT_BEATS, wrong);
                    $finish;
                end
                frame <= frame + 1;
                running <= 1'b0;
                command <= 3'd0;
            end
            if (cycle > PATIENCE) begin
                $display("tandem: standstill in frame %0d, instruction %0d", frame, top.core.trace_index);
                $finish;
            end
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

void substitute(std::string& text, const std::string& key, std::int64_t value) {
    substitute(text, key, std::to_string(value));
}

/// The calls that look at layers' outputs and tell their checksums.
void substituteLooks(std::string& bench, const quant::IntegerNetwork& network, const Program& program,
                     std::size_t before) {
    std::string looks, tells;
    std::vector<std::int64_t> first;
    std::int64_t bytes = 0;
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
        const std::int64_t count =
            network.tensors[static_cast<std::size_t>(network.layers[l].output)].shape.count();
        first.push_back(bytes);
        tells += fmt::format("            tell({}, {}, {});\n", before + l, bytes, count);
        bytes += count;
    }
    for (const Result& result : program.results) {
        const auto layer = static_cast<std::size_t>(result.layer);
        const auto& tensor = network.tensors[static_cast<std::size_t>(network.layers[layer].output)];
        const Place& place = result.place;
        looks +=
            fmt::format("                {}: look({}, {}, {}, {}, {}, {}, {}, {});\n", result.pass,
                        place.base, place.rows.count(), place.width, place.blocks, tensor.shape.channels,
                        first[layer] + std::int64_t{place.rows.first} * place.width * tensor.shape.channels,
                        tensor.format.bits, storedOffset(tensor.format, program.machine));
    }
    constexpr int kLutRamLog2 = 6;
    substitute(bench, "@LOOKS@", looks);
    substitute(bench, "@TELLS@", tells);
    substitute(bench, "@SEEN@", bytes);
    substitute(bench, "@COLUMNS@", program.machine.columns);
    substitute(bench, "@A@", program.machine.activationBits);
    substitute(bench, "@POOL@", program.machine.poolLog2 > kLutRamLog2 ? "g_block" : "g_lut");
}

} // namespace

std::vector<TextFile> foldedBenchFiles(const quant::IntegerNetwork& network, const Program& program,
                                       const Memory& memory, int frames, std::int64_t cycles,
                                       const BenchStream& stream) {
    const int outputChannels = network.tensors[static_cast<std::size_t>(network.output())].shape.channels;
    const Machine& machine = program.machine;
    constexpr std::int64_t kAlignment = 4096;
    const auto region = [&](std::int64_t words) { // beats up to the next aligned address
        const std::int64_t bytes = words * machine.mapBeats() * (machine.mapBus / 8);
        return (bytes + kAlignment - 1) / kAlignment * kAlignment / (machine.mapBus / 8);
    };
    const std::int64_t step = region(program.inputWords), outputs = frames * step;
    const std::int64_t scratch = outputs + region(program.outputWords);
    std::string bench = fileHeader("//", "Self-checking test bench of tandem_top.") + kBench;
    substituteLooks(bench, network, program, stream.layers);
    substitute(bench, "@STREAM_DECLARATIONS@", stream.declarations);
    substitute(bench, "@STREAM_CONNECTION@", stream.connection);
    substitute(bench, "@STREAM_PROCESS@", stream.process);
    const bool streams = !stream.connection.empty();
    substitute(
        bench, "@INPUT_COPY@",
        streams
            ? std::string()
            : "        for (i = 0; i < FRAMES; i = i + 1)\n            for (j = 0; j < IN_BEATS; j = j + 1) "
              "maps[i*IN_STEP+j] = inputs[i*IN_BEATS+j];\n");
    substitute(bench, "@NOW@", std::string(streams ? "clock" : "(total + cycle)"));
    substitute(bench, "@IN@", streams ? stream.bits : program.machine.mapBus);
    substitute(bench, "@FRAMES@", frames);
    substitute(bench, "@WEIGHT_BUS@", machine.weightBus);
    substitute(bench, "@MAP_BUS@", machine.mapBus);
    substitute(bench, "@WEIGHT_BEATS@", program.imageBeats);
    substitute(bench, "@IN_BEATS@", streams ? stream.beats : program.inputWords * machine.mapBeats());
    substitute(bench, "@OUT_BEATS@", program.outputWords * machine.mapBeats());
    substitute(bench, "@OUT_AT@", outputs);
    substitute(bench, "@SCRATCH_AT@", scratch);
    substitute(bench, "@MAP_BEATS@", scratch + region(program.scratchWords) + 1);
    substitute(bench, "@IN_STEP@", step);
    substitute(bench, "@LATENCY@", memory.latency);
    substitute(bench, "@GAP@", memory.gap);
    substitute(bench, "@PATIENCE@", 100000 + 20 * cycles);
    std::vector<TextFile> files = clockFiles();
    files.push_back({"tb/tandem_tb.v", bench});
    files.push_back(
        {"tb/tandem_tap.v", fileHeader("//", "Memory as the test bench has it.") + benchMemory()});
    files.push_back({"golden/mask.hex", outputMask(program, outputChannels)});
    return files;
}

std::string outputMask(const Program& program, int outputChannels) {
    const Machine& machine = program.machine;
    const int blocks = blocksOf(outputChannels, machine.columns);
    const int bytes = machine.mapBus / 8;
    std::string text;
    for (std::int64_t word = 0; word < program.outputWords; ++word) {
        for (int first = 0; first < machine.columns; first += bytes) {
            std::string digits;
            for (int digit = 0; digit < bytes; digit += 4) {
                int value = 0;
                for (int b = digit; b < std::min(bytes, digit + 4); ++b) {
                    const int channel = static_cast<int>(word % blocks) * machine.columns + first + b;
                    value |= channel < outputChannels ? 1 << (b - digit) : 0;
                }
                digits.insert(digits.begin(), "0123456789abcdef"[value]);
            }
            text += digits + '\n';
        }
    }
    return text;
}

} // namespace tandem::codegen
