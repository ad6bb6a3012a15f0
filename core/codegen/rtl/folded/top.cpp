// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/folded/top.h"

#include "core/codegen/rtl/folded/memory.h"
#include "core/hw/pipeline/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

namespace tandem::codegen {

using namespace hw::folded;

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

/// One instruction: fields at bit positions.
class Instruction {
  public:
    void put(std::size_t position, int bits, std::int64_t value) {
        for (int b = 0; b < bits; ++b, ++position) {
            words_[position / 32] |= static_cast<std::uint32_t>(value >> b & 1) << position % 32;
        }
    }
    std::string text() const {
        std::string text;
        for (const std::uint32_t word : words_) {
            text += fmt::format("{:08x}\n", word);
        }
        return text;
    }

  private:
    std::array<std::uint32_t, kInstructionWords> words_{};
};

/// What is added to an address when loop `level` advances: the loops below go back to their first turn.
std::int64_t jump(const Walk& walk, const Pass& pass, std::size_t level) {
    std::int64_t value = walk.stride[level];
    for (std::size_t inner = 0; inner < level; ++inner) {
        value -= (pass.turns[inner] - 1) * walk.stride[inner];
    }
    return value;
}

Instruction passInstruction(const Pass& pass, const Image& image, const PassValues& values, int rows) {
    Instruction word;
    const bool lanes = pass.kind == Pass::Kind::Lanes;
    const bool paired = pass.lane == Pass::Lane::Paired;
    word.put(0, 3, 1);
    word.put(3, 1, lanes);
    word.put(4, 1, lanes && (pass.lane == Pass::Lane::Factors || paired));
    word.put(5, 1, lanes && pass.lane == Pass::Lane::Maximum);
    word.put(6, 1, pass.blockwise);
    word.put(7, 1, pass.lookup);
    word.put(8, 4, values.table);
    word.put(13, 3, values.table >> 4);
    word.put(12, 1, lanes && paired);
    word.put(16, 16, image.chunkWords);
    word.put(128, 32, pass.read.start);
    word.put(352, 16, pass.row.start);
    word.put(432, 16, pass.column.start);
    for (std::size_t i = 0; i < pass.turns.size(); ++i) {
        word.put(32 + 16 * i, 16, pass.turns[i] - 1);
        word.put(160 + 32 * i, 32, jump(pass.read, pass, i));
        if (i >= 2) {
            word.put(368 + 16 * (i - 2), 16, jump(pass.row, pass, i));
        }
        if (i >= 1) {
            word.put(448 + 16 * (i - 1), 16, jump(pass.column, pass, i));
        }
        if (i >= 3) {
            word.put(640 + 32 * (i - 3), 32, jump(pass.weight, pass, i));
            word.put(736 + 16 * (i - 3), 16, jump(pass.scale, pass, i));
            word.put(832 + 32 * (i - 3), 32, jump(pass.write, pass, i));
        }
    }
    word.put(544, 16, pass.rows);
    word.put(560, 16, pass.columns);
    word.put(576, 16, values.low);
    word.put(592, 16, values.high);
    word.put(608, 16, lanes ? (pass.lane == Pass::Lane::Weights ? 1 : 0) : rows);
    word.put(624, 16, image.scales);
    word.put(784, 16, values.padding);
    word.put(800, 32, pass.write.start);
    word.put(928, 32, values.factorFirst);
    word.put(960, 32, values.factorOther);
    word.put(992, 32, pass.second);
    return word;
}

Instruction moveInstruction(const quant::IntegerNetwork& network, const Pass& pass, const Machine& machine) {
    Instruction word;
    word.put(0, 3, pass.kind == Pass::Kind::Load ? 2 : pass.kind == Pass::Kind::Store ? 3 : 4);
    word.put(8, 2, static_cast<int>(pass.region));
    const int tensor =
        pass.layer == hw::kNetworkInput ? network.input() : network.layers[at(pass.layer)].output;
    word.put(10, 1, !network.tensors[at(tensor)].format.isSigned);
    word.put(128, 32, pass.address);
    word.put(160, 24, pass.words);
    word.put(192, 32, pass.offset * machine.mapBeats());
    word.put(224, 24, pass.words * machine.mapBeats());
    return word;
}

constexpr const char* kTop = R"(module tandem_top (
    input  wire aclk,
    input  wire aresetn,
@STREAM_PORTS@    input  wire s_axi_awvalid,
    output wire s_axi_awready,
    input  wire [5:0] s_axi_awaddr,
    input  wire [2:0] s_axi_awprot,
    input  wire s_axi_wvalid,
    output wire s_axi_wready,
    input  wire [31:0] s_axi_wdata,
    input  wire [3:0] s_axi_wstrb,
    output wire s_axi_bvalid,
    input  wire s_axi_bready,
    output wire [1:0] s_axi_bresp,
    input  wire s_axi_arvalid,
    output wire s_axi_arready,
    input  wire [5:0] s_axi_araddr,
    input  wire [2:0] s_axi_arprot,
    output wire s_axi_rvalid,
    input  wire s_axi_rready,
    output wire [31:0] s_axi_rdata,
    output wire [1:0] s_axi_rresp,
    output wire m_axi_weights_arvalid,
    input  wire m_axi_weights_arready,
    output wire [31:0] m_axi_weights_araddr,
    output wire [7:0] m_axi_weights_arlen,
    output wire [2:0] m_axi_weights_arsize,
    output wire [1:0] m_axi_weights_arburst,
    input  wire m_axi_weights_rvalid,
    output wire m_axi_weights_rready,
    input  wire [@WEIGHT_TOP@:0] m_axi_weights_rdata,
    input  wire [1:0] m_axi_weights_rresp,
    input  wire m_axi_weights_rlast,
    output wire m_axi_maps_arvalid,
    input  wire m_axi_maps_arready,
    output wire [31:0] m_axi_maps_araddr,
    output wire [7:0] m_axi_maps_arlen,
    output wire [2:0] m_axi_maps_arsize,
    output wire [1:0] m_axi_maps_arburst,
    input  wire m_axi_maps_rvalid,
    output wire m_axi_maps_rready,
    input  wire [@MAP_TOP@:0] m_axi_maps_rdata,
    input  wire [1:0] m_axi_maps_rresp,
    input  wire m_axi_maps_rlast,
    output wire m_axi_maps_awvalid,
    input  wire m_axi_maps_awready,
    output wire [31:0] m_axi_maps_awaddr,
    output wire [7:0] m_axi_maps_awlen,
    output wire [2:0] m_axi_maps_awsize,
    output wire [1:0] m_axi_maps_awburst,
    output wire m_axi_maps_wvalid,
    input  wire m_axi_maps_wready,
    output wire [@MAP_TOP@:0] m_axi_maps_wdata,
    output wire [@MAP_STROBE_TOP@:0] m_axi_maps_wstrb,
    output wire m_axi_maps_wlast,
    input  wire m_axi_maps_bvalid,
    output wire m_axi_maps_bready,
    input  wire [1:0] m_axi_maps_bresp
);
    wire rst;
    tandem_reset #(.ACTIVE_LOW(1)) reset (.reset_in(aresetn), .rst(rst));
    wire start, done, trace;
    wire [15:0] trace_index;
    wire [31:0] weights, source, target, scratch;

    tandem_folded_control #(.ADDRESS(6)) control (
        .clk(aclk), .rst(rst),
        .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready), .s_axi_awaddr(s_axi_awaddr),
        .s_axi_wvalid(s_axi_wvalid), .s_axi_wready(s_axi_wready), .s_axi_wdata(s_axi_wdata),
        .s_axi_wstrb(s_axi_wstrb), .s_axi_bvalid(s_axi_bvalid), .s_axi_bready(s_axi_bready),
        .s_axi_bresp(s_axi_bresp), .s_axi_arvalid(s_axi_arvalid), .s_axi_arready(s_axi_arready),
        .s_axi_araddr(s_axi_araddr), .s_axi_rvalid(s_axi_rvalid), .s_axi_rready(s_axi_rready),
        .s_axi_rdata(s_axi_rdata), .s_axi_rresp(s_axi_rresp),
        .start(start), .done(done), .index(trace_index),
        .weights(weights), .source(source), .target(target), .scratch(scratch)
    );

@STREAM@    tandem_folded_core #(
@PARAMETERS@
    ) core (
        .clk(aclk), .rst(rst), .start(start), .done(done), .trace(trace), .trace_index(trace_index),
        .weights_base(weights), .source_base(source), .target_base(target), .scratch_base(scratch),
        .stream_valid(word_valid), .stream_ready(word_ready), .stream_data(word),
        .weights_arvalid(m_axi_weights_arvalid), .weights_arready(m_axi_weights_arready),
        .weights_araddr(m_axi_weights_araddr), .weights_arlen(m_axi_weights_arlen),
        .weights_rvalid(m_axi_weights_rvalid), .weights_rdata(m_axi_weights_rdata),
        .maps_arvalid(m_axi_maps_arvalid), .maps_arready(m_axi_maps_arready),
        .maps_araddr(m_axi_maps_araddr), .maps_arlen(m_axi_maps_arlen),
        .maps_rvalid(m_axi_maps_rvalid), .maps_rdata(m_axi_maps_rdata),
        .maps_awvalid(m_axi_maps_awvalid), .maps_awready(m_axi_maps_awready),
        .maps_awaddr(m_axi_maps_awaddr), .maps_awlen(m_axi_maps_awlen),
        .maps_wvalid(m_axi_maps_wvalid), .maps_wready(m_axi_maps_wready), .maps_wdata(m_axi_maps_wdata),
        .maps_wlast(m_axi_maps_wlast), .maps_bvalid(m_axi_maps_bvalid)
    );
    assign m_axi_weights_arsize = 3'd@WEIGHT_SIZE@;
    assign m_axi_weights_arburst = 2'b01;
    assign m_axi_weights_rready = 1'b1;
    assign m_axi_maps_arsize = 3'd@MAP_SIZE@;
    assign m_axi_maps_arburst = 2'b01;
    assign m_axi_maps_rready = 1'b1;
    assign m_axi_maps_awsize = 3'd@MAP_SIZE@;
    assign m_axi_maps_awburst = 2'b01;
    assign m_axi_maps_wstrb = {@MAP_STROBES@{1'b1}};
    assign m_axi_maps_bready = 1'b1;
    wire unused = &{1'b0, trace, word_ready, s_axi_awprot, s_axi_arprot, m_axi_weights_rresp, m_axi_weights_rlast,
                    m_axi_maps_rresp, m_axi_maps_rlast, m_axi_maps_bresp};
endmodule

`default_nettype wire
)";

void substitute(std::string& text, const std::string& key, const std::string& value) {
    for (std::size_t found; (found = text.find(key)) != std::string::npos;) {
        text.replace(found, key.size(), value);
    }
}

int log2Of(int powerOfTwo) {
    return std::countr_zero(static_cast<unsigned>(powerOfTwo));
}

std::string parameters(const Machine& machine) {
    const std::vector<std::pair<const char*, int>> values{
        {"ROWS", machine.rows},
        {"ROWS_LOG2", log2Of(machine.rows)},
        {"COLUMNS", machine.columns},
        {"SPLIT_LOG2", log2Of(machine.split())},
        {"A", machine.activationBits},
        {"W", machine.weightBits},
        {"PACK", machine.pack},
        {"SUM", machine.sumBits},
        {"M", machine.multiplierBits},
        {"C", machine.constantBits},
        {"S", machine.shiftBits},
        {"RESULT",
         std::max(machine.sumBits + (machine.multiplierBits > 0 ? 17 : 0), machine.constantBits) + 1},
        {"POOL_LOG2", machine.poolLog2},
        {"RING_LOG2", machine.ringLog2},
        {"SCALE_LOG2", machine.scaleLog2},
        {"WEIGHT", machine.placeBits},
        {"PROGRAM_LOG2", machine.programLog2},
        {"LOADS", machine.loads},
        {"LOADS_LOG2", std::max(1, log2Ceil(machine.loads))},
        {"TABLES_LOG2", machine.tables == 0 ? -1 : log2Ceil(machine.tables)},
        {"WEIGHT_BUS", machine.weightBus},
        {"MAP_BUS", machine.mapBus},
        {"STREAM", machine.streamed ? 1 : 0},
    };
    std::string text;
    for (const auto& [name, value] : values) {
        text += fmt::format("        .{}({}),\n", name, value);
    }
    text += "        .PROGRAM_FILE(\"mem/program.hex\"),\n        .LOADS_FILE(\"mem/loads.hex\")";
    return machine.tables == 0 ? text : text + ",\n        .TABLE_FILE(\"mem/tables.hex\")";
}

} // namespace

std::string programMemory(const quant::IntegerNetwork& network, const Program& program) {
    std::string text;
    for (const Pass& pass : program.passes) {
        const bool moves = pass.moves();
        text += moves ? moveInstruction(network, pass, program.machine).text()
                      : passInstruction(pass, program.images[at(pass.image)],
                                        valuesOf(network, program, pass), program.machine.rows)
                            .text();
    }
    const std::size_t words = at(std::int64_t{1} << program.machine.programLog2);
    for (std::size_t word = program.passes.size() * kInstructionWords; word < words; ++word) {
        text += "00000000\n";
    }
    return text;
}

std::string loadMemory(const Program& program) {
    std::string text;
    for (const Pass& pass : program.passes) {
        if (!pass.moves()) {
            const Image& image = program.images[at(pass.image)];
            text += fmt::format("{:08x}{:08x}{:08x}{:08x}{:04x}{:04x}\n", image.beats, image.firstBeats,
                                image.offset, image.scales, image.chunkWords, image.chunks);
        }
    }
    return text + std::string(40, '0') + '\n';
}

std::vector<TextFile> foldedTopFiles(const quant::IntegerNetwork& network, const Program& program,
                                     const StreamText& stream) {
    const Machine& machine = program.machine;
    std::string top =
        fileHeader("//", "The accelerator: one array computes layer after layer.") +
        "// Registers (AXI4-Lite) as tandem_folded_control says; m_axi_weights reads "
        "mem/weights.hex from the weights'\n// address on, m_axi_maps reads inputs, writes outputs "
        "and keeps bands of maps in between: per pixel whole words of\n" +
        fmt::format("// {} channels, one byte each. Other memory images are read relative to the "
                    "folder above rtl/.\n`default_nettype none\n\n",
                    machine.columns) +
        kTop;
    substitute(top, "@PARAMETERS@", parameters(machine));
    const std::string none = fmt::format(
        "    wire word_ready;\n    wire word_valid = 1'b0;\n    wire [{0}:0] word = {{{1}{{1'b0}}}};\n",
        machine.columns * machine.activationBits - 1, machine.columns * machine.activationBits);
    substitute(top, "@STREAM_PORTS@", stream.ports);
    substitute(top, "@STREAM@", stream.source.empty() ? none : stream.source);
    substitute(top, "@WEIGHT_TOP@", std::to_string(machine.weightBus - 1));
    substitute(top, "@MAP_TOP@", std::to_string(machine.mapBus - 1));
    substitute(top, "@MAP_STROBE_TOP@", std::to_string(machine.mapBus / 8 - 1));
    substitute(top, "@MAP_STROBES@", std::to_string(machine.mapBus / 8));
    substitute(top, "@WEIGHT_SIZE@", std::to_string(log2Of(machine.weightBus / 8)));
    substitute(top, "@MAP_SIZE@", std::to_string(log2Of(machine.mapBus / 8)));
    std::vector<TextFile> files{{"mem/program.hex", programMemory(network, program)},
                                {"mem/loads.hex", loadMemory(program)},
                                {"mem/weights.hex", weightMemory(network, program)}};
    if (machine.tables > 0) {
        files.push_back({"mem/tables.hex", tableMemory(network, machine)});
    }
    files.push_back({"rtl/tandem_top.v", std::move(top)});
    return files;
}

} // namespace tandem::codegen
