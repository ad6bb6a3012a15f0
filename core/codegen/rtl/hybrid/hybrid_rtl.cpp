// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/hybrid/hybrid_rtl.h"

#include "core/base/error.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/package/rtl_package.h"
#include "core/codegen/rtl/bench/folded_bench.h"
#include "core/codegen/rtl/bench/pipeline_bench.h"
#include "core/codegen/rtl/common/library.h"
#include "core/codegen/rtl/common/memory.h"
#include "core/codegen/rtl/folded/folded_rtl.h"
#include "core/codegen/rtl/folded/memory.h"
#include "core/codegen/rtl/folded/top.h"
#include "core/codegen/rtl/pipeline/images.h"
#include "core/codegen/rtl/pipeline/top.h"
#include "core/codegen/text_files.h"
#include "core/hw/hybrid/accelerator.h"
#include "core/hw/hybrid/template.h"
#include "core/hw/pipeline/netlist.h"
#include "core/hw/workload/workload_of.h"
#include "core/quant/arithmetic/executor.h"

#include <algorithm>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// The network with only the tensors that its layers use.
quant::IntegerNetwork part(const quant::IntegerNetwork& network, std::size_t first, std::size_t last,
                           int input) {
    quant::IntegerNetwork made;
    made.name = network.name;
    std::vector<int> place(network.tensors.size(), -1);
    const auto keep = [&](int tensor) {
        int& index = place[at(tensor)];
        if (index < 0) {
            index = static_cast<int>(made.tensors.size());
            made.tensors.push_back(network.tensors[at(tensor)]);
        }
        return index;
    };
    made.inputs = {keep(input)};
    for (std::size_t l = first; l < last; ++l) {
        quant::IntegerLayer layer = network.layers[l];
        std::ranges::transform(layer.inputs, layer.inputs.begin(), keep);
        layer.output = keep(layer.output);
        made.outputs = {layer.output};
        made.layers.push_back(std::move(layer));
    }
    return made;
}

/// The pipeline under its own name and the bank behind it, as they stand in the top.
StreamText streamText(const hw::pipeline::Channel& in, const hw::pipeline::Channel& out,
                      const quant::TensorFormat& format, const hw::Workload& tail,
                      const hw::folded::Machine& machine, int bankLog2) {
    StreamText text;
    text.ports = fmt::format("    input  wire s_axis_tvalid,\n    output wire s_axis_tready,\n"
                             "    input  wire [{}:0] s_axis_tdata,\n",
                             portBits(in.width()) - 1);
    text.source = fmt::format(
        "    wire head_valid, head_ready, head_last;\n    wire [{0}:0] head_data;\n"
        "    tandem_head head (\n"
        "        .aclk(aclk), .aresetn(aresetn),\n"
        "        .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready), .s_axis_tdata(s_axis_tdata),\n"
        "        .m_axis_tvalid(head_valid), .m_axis_tready(head_ready), .m_axis_tdata(head_data),\n"
        "        .m_axis_tlast(head_last)\n    );\n"
        "    wire word_valid, word_ready;\n    wire [{1}:0] word;\n"
        "    tandem_hybrid_join #(\n"
        "        .LANES({2}), .COLUMNS({3}), .BITS({4}), .SIGNED({5}), .A({6}), .BEATS({7}), "
        ".DEPTH_LOG2({8})\n"
        "    ) join_bank (\n"
        "        .clk(aclk), .rst(rst), .in_valid(head_valid), .in_ready(head_ready), "
        ".in_data(head_data[{9}:0]),\n"
        "        .out_valid(word_valid), .out_ready(word_ready), .out_data(word)\n    );\n"
        "    wire unused_head = &{{1'b0, head_last, head_data}};\n",
        portBits(out.width()) - 1, machine.columns * machine.activationBits - 1, out.lanes, machine.columns,
        out.bits, format.isSigned ? 1 : 0, machine.activationBits, tail.inputChannels / out.lanes, bankLog2,
        out.width() - 1);
    return text;
}

/// The bench's side of the input stream, with a look at every layer of the pipeline.
BenchStream benchStream(const hw::pipeline::Netlist& netlist, int frames) {
    const hw::pipeline::Channel& in = netlist.channels[at(netlist.blocks.front().outputs.front())];
    BenchStream stream;
    stream.bits = portBits(in.width());
    stream.beats = in.frame;
    stream.layers = netlist.engines.size();
    stream.connection =
        "        .s_axis_tvalid(in_valid), .s_axis_tready(in_ready), .s_axis_tdata(inputs[sent]),\n";
    stream.declarations =
        "    reg in_valid = 1'b1, sent_all = 1'b0;\n    wire in_ready;\n    integer sent = 0;\n";
    stream.process = R"(        if (reset_left == 0) begin
            if (in_valid & in_ready) begin
                if (sent == FRAMES * IN_BEATS - 1) sent_all <= 1'b1;
                else sent <= sent + 1;
            end
            if (sent_all | (in_valid & in_ready & sent == FRAMES * IN_BEATS - 1)) in_valid <= 1'b0;
            else if (in_valid & in_ready | ~in_valid) in_valid <= noise[15:0] % 100 >= stall_in[15:0];
        end
)";
    for (const hw::pipeline::Block& block : netlist.blocks) {
        if (block.kind == hw::pipeline::BlockKind::Engine) {
            const int s = block.outputs.front();
            const hw::pipeline::Channel& channel = netlist.channels[at(s)];
            stream.declarations += fmt::format(
                "    tandem_tap #(.LAYER({0}), .LANES({1}), .BITS({2}), .BEATS({3}), .FRAMES({4})) tap{0} (\n"
                "        .clk(clk), .valid(aresetn & top.head.s{5}_valid), .ready(top.head.s{5}_ready), "
                ".data(top.head.s{5}_data), .cycle(clock), .done()\n    );\n",
                block.layer, channel.lanes, channel.bits, channel.frame, frames, s);
        }
    }
    return stream;
}

} // namespace

std::pair<quant::IntegerNetwork, quant::IntegerNetwork> split(const quant::IntegerNetwork& network,
                                                              int layers) {
    const std::size_t cut = at(layers);
    auto parts = std::pair{part(network, 0, cut, network.input()),
                           part(network, cut, network.layers.size(), network.layers[cut - 1].output)};
    parts.first.before = network.before;
    parts.second.after = network.after;
    parts.second.hasHostTail = network.hasHostTail;
    return parts;
}

hw::folded::Program hybridProgram(const quant::IntegerNetwork& network,
                                  const hw::hybrid::Parameters& parameters) {
    hw::folded::Parameters tail = parameters.tail;
    tail.streamed = true;
    return foldedProgram(split(network, parameters.layers).second, tail);
}

void writeHybridRtl(const quant::IntegerNetwork& network, const hw::hybrid::Parameters& parameters,
                    const hw::folded::Memory& memory, std::span<const std::vector<std::int32_t>> inputs,
                    const fs::path& library, const fs::path& folder, const RtlTarget& target) {
    if (inputs.empty()) {
        throw inputError("RTL of '{}': at least one input is needed for the golden vectors", network.name);
    }
    const quant::Executor executor(network);
    const hw::Workload whole = hw::workloadOf(network);
    hw::refuse(hw::hybrid::fault(whole, parameters));
    const auto [headNetwork, tailNetwork] = split(network, parameters.layers);
    const hw::Workload head = hw::workloadOf(headNetwork), tail = hw::workloadOf(tailNetwork);
    const hw::pipeline::Netlist netlist = hw::pipeline::netlistOf(head, parameters.head);
    const hw::folded::Program program = hybridProgram(network, parameters);

    const hw::pipeline::Channel& in = netlist.channels[at(netlist.blocks.front().outputs.front())];
    const hw::pipeline::Channel& out = netlist.channels[at(netlist.blocks.back().inputs.front())];
    std::vector<TextFile> files = topFiles(headNetwork, head, parameters.head, netlist);
    files.back().path = "rtl/tandem_head.v";
    std::string& headText = files.back().text;
    headText.replace(headText.find("module tandem_top"), 17, "module tandem_head");
    const StreamText stream = streamText(in, out, tailNetwork.tensors[at(tailNetwork.input())].format, tail,
                                         program.machine, hw::hybrid::bankLog2(tail, parameters.tail));
    const std::string used = headText;
    for (TextFile& file : foldedTopFiles(tailNetwork, program, stream)) {
        files.push_back(std::move(file));
    }

    Package package;
    package.target = target;
    package.modules = {"rtl/tandem_head.v"};
    package.buses = foldedBuses(program.machine);
    package.buses.push_back(streamBus("s_axis", BusKind::StreamSlave, portBits(in.width()), false));
    package.registers = foldedRegisters();
    package.golden = {"golden/inputs.hex", "golden/outputs.hex", "golden/mask.hex", "mem/weights.hex"};
    for (const TextFile& file : files) {
        if (file.path.starts_with("mem/") && file.path != "mem/weights.hex") {
            package.images.push_back(file.path);
        }
    }
    for (TextFile& module : usedModules(files.back().text + used, library)) {
        package.modules.push_back("rtl/" + module.path);
        files.push_back({"rtl/" + module.path, std::move(module.text)});
    }
    std::vector<std::vector<std::int32_t>> outputs;
    for (const auto& input : inputs) {
        outputs.push_back(executor.output(input));
    }
    const int frames = static_cast<int>(inputs.size());
    std::vector<TextFile> bench =
        foldedBenchFiles(tailNetwork, program, memory, frames,
                         hw::hybrid::exactTiming({head, tail}, parameters, program, memory, frames).latency,
                         benchStream(netlist, frames));
    for (TextFile& file : bench) {
        if (file.path == "tb/tandem_tap.v") {
            for (const TextFile& other : benchFiles({})) {
                file.text += other.path == file.path ? "\n" + other.text : "";
            }
        }
        files.push_back(std::move(file));
    }
    files.push_back({"golden/inputs.hex",
                     beatImage(inputs, head.inputChannels, in.lanes, in.bits, portBits(in.width()))});
    files.push_back(
        {"golden/outputs.hex", mapMemory(outputs, tail.layers.back().outputChannels, program.machine)});
    files.push_back({"golden/layers.txt", checksumText(network, layerChecksums(network, inputs))});
    std::ranges::move(packageFiles(package), std::back_inserter(files));
    for (const TextFile& file : files) {
        writeText(folder / file.path, file.text);
    }
}

TemplateWriter hybridWriter() {
    using hw::hybrid::Hybrid;
    return {hw::hybrid::kTemplate.name,
            [](const quant::IntegerNetwork& network, const hw::Accelerator& accelerator) {
                const auto& hybrid = dynamic_cast<const Hybrid&>(accelerator);
                Hybrid made = hybrid;
                made.parts = hw::hybrid::split(hw::workloadOf(network), made.parameters.layers);
                made.program = hybridProgram(network, made.parameters);
                made.parameters.head =
                    withWeightColumns(network, made.parts.head, std::move(made.parameters.head));
                return hw::AnyAccelerator(std::move(made));
            },
            [](const quant::IntegerNetwork& network, const hw::Accelerator& accelerator,
               std::span<const std::vector<std::int32_t>> inputs, const fs::path& library,
               const fs::path& folder, const RtlTarget& target) {
                const auto& hybrid = dynamic_cast<const Hybrid&>(accelerator);
                writeHybridRtl(network, hybrid.parameters, hybrid.memory, inputs, library, folder, target);
            },
            nullptr};
}

} // namespace tandem::codegen
