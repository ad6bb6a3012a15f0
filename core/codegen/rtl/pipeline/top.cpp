// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/pipeline/top.h"

#include "core/codegen/package/rtl_package.h"
#include "core/codegen/rtl/pipeline/engines.h"

#include <algorithm>

namespace tandem::codegen {

namespace {

using namespace hw::pipeline;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// The instance of a block that is no engine.
Instance plainBlock(const Netlist& netlist, const Block& block, std::size_t index) {
    const Channel& in = netlist.channels[at(block.inputs.front())];
    switch (block.kind) {
    case BlockKind::Fifo: {
        Instance made("tandem_fifo", fmt::format("skip{}", index));
        made.parameter("WIDTH", in.width());
        made.parameter("DEPTH_LOG2", block.depthLog2);
        made.parameter("BLOCK", ringInBlock(block.depthLog2) ? 1 : 0);
        made.stream("in", block.inputs.front());
        made.stream("out", block.outputs.front());
        return made;
    }
    case BlockKind::Fork: {
        Instance made("tandem_fork", fmt::format("fork{}", index));
        made.parameter("WIDTH", in.width());
        made.parameter("COUNT", static_cast<std::int64_t>(block.outputs.size()));
        made.stream("in", block.inputs.front());
        std::string valids, readies;
        for (int channel : block.outputs) { // the first consumer stands in the low bit
            valids = fmt::format("s{}_valid{}{}", channel, valids.empty() ? "" : ", ", valids);
            readies = fmt::format("s{}_ready{}{}", channel, readies.empty() ? "" : ", ", readies);
        }
        made.port("out_valid", "{" + valids + "}");
        made.port("out_ready", "{" + readies + "}");
        made.port("out_data", fmt::format("s{}_data", block.outputs.front()));
        return made;
    }
    default: {
        const bool narrow = block.kind == BlockKind::Narrow;
        Instance made(narrow ? "tandem_narrow" : "tandem_widen", fmt::format("width{}", index));
        made.parameter("WIDTH", narrow ? netlist.channels[at(block.outputs.front())].width() : in.width());
        made.parameter("RATIO", block.ratio);
        made.stream("in", block.inputs.front());
        made.stream("out", block.outputs.front());
        return made;
    }
    }
}

std::string declarations(const Netlist& netlist) {
    std::string text;
    for (std::size_t c = 0; c < netlist.channels.size(); ++c) {
        text += fmt::format("    wire s{0}_valid, s{0}_ready;\n    wire [{1}:0] s{0}_data;\n", c,
                            netlist.channels[c].width() - 1);
    }
    return text + '\n';
}

std::string ports(const Channel& in, const Channel& out, std::span<const StreamedWeights> streams) {
    return fmt::format(R"(module tandem_top (
    input  wire aclk,
    input  wire aresetn,
{}    input  wire s_axis_tvalid,
    output wire s_axis_tready,
    input  wire [{}:0] s_axis_tdata,
    output wire m_axis_tvalid,
    input  wire m_axis_tready,
    output wire [{}:0] m_axis_tdata,
    output wire m_axis_tlast
);
    wire rst;
    tandem_reset #(.ACTIVE_LOW(1)) reset (.reset_in(aresetn), .rst(rst));

)",
                       weightPorts(streams), portBits(in.width()) - 1, portBits(out.width()) - 1) +
           steadyWeightPorts(streams);
}

Instance sourcePort(const Channel& channel, int index) {
    Instance made("tandem_axis_in", "axis_in");
    made.parameter("WIDTH", channel.width());
    made.parameter("TDATA", portBits(channel.width()));
    for (const char* port : {"s_axis_tvalid", "s_axis_tready", "s_axis_tdata"}) {
        made.port(port, port);
    }
    made.stream("out", index);
    return made;
}

Instance sinkPort(const Channel& channel, int index) {
    Instance made("tandem_axis_out", "axis_out");
    made.parameter("WIDTH", channel.width());
    made.parameter("TDATA", portBits(channel.width()));
    made.parameter("BEATS", channel.frame);
    made.stream("in", index);
    for (const char* port : {"m_axis_tvalid", "m_axis_tready", "m_axis_tdata", "m_axis_tlast"}) {
        made.port(port, port);
    }
    return made;
}

} // namespace

std::vector<TextFile> topFiles(const quant::IntegerNetwork& network, const hw::Workload& workload,
                               const Parameters& parameters, const Netlist& netlist) {
    std::vector<TextFile> files;
    const std::vector<StreamedWeights> streams = streamedWeights(workload, netlist);
    const Channel& in = netlist.channels[at(netlist.blocks.front().outputs.front())];
    const Channel& out = netlist.channels[at(netlist.blocks.back().inputs.front())];
    std::string top = fileHeader("//", "The accelerator: one engine per layer, connected by streams.");
    top += fmt::format(
        "// A beat of s_axis carries {} channel(s) of {} bits, a beat of m_axis {} of {} bits, low "
        "channel in the\n// low bits, order row, column, channel group. Memory images are read "
        "relative to the folder above rtl/.\n",
        in.lanes, in.bits, out.lanes, out.bits);
    if (!streams.empty()) {
        top += fmt::format("// The m_axi_w ports read {} from the address {} on, which stays the same from "
                           "reset on and is a\n// multiple of 4096.\n",
                           kStreamedImage, kWeightsBase);
    }
    top += "`default_nettype none\n\n" + ports(in, out, streams) + declarations(netlist);
    for (std::size_t b = 0; b < netlist.blocks.size(); ++b) {
        const Block& block = netlist.blocks[b];
        if (block.kind == BlockKind::Source) {
            top += sourcePort(in, block.outputs.front()).text();
        } else if (block.kind == BlockKind::Sink) {
            top += sinkPort(out, block.inputs.front()).text();
        } else if (block.kind != BlockKind::Engine) {
            top += plainBlock(netlist, block, b).text();
            for (std::size_t i = 1; block.kind == BlockKind::Fork && i < block.outputs.size(); ++i) {
                top += fmt::format("    assign s{}_data = s{}_data;\n\n", block.outputs[i], block.outputs[0]);
            }
        } else {
            EngineText engine = engineText(network, workload, parameters, netlist, block, streams);
            top += engine.instance;
            std::ranges::move(engine.images, std::back_inserter(files));
        }
    }
    top += "endmodule\n\n`default_nettype wire\n";
    files.push_back({"rtl/tandem_top.v", std::move(top)});
    return files;
}

} // namespace tandem::codegen
