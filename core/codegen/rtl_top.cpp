// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl_top.h"

#include "core/base/error.h"
#include "core/codegen/rtl_memory.h"

#include <algorithm>
#include <bit>

namespace tandem::codegen {

namespace {

using namespace hw::pipeline;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// One module instance with its parameters, written out.
class Instance {
  public:
    Instance(std::string module, std::string name) : module_(std::move(module)), name_(std::move(name)) {}

    void parameter(std::string_view name, std::int64_t value) {
        parameters_.push_back(fmt::format(".{}({})", name, value));
    }
    void parameter(std::string_view name, const std::string& text) {
        parameters_.push_back(fmt::format(".{}(\"{}\")", name, text));
    }
    void raw(std::string_view name, const std::string& text) {
        parameters_.push_back(fmt::format(".{}({})", name, text));
    }
    void port(std::string_view name, std::string_view signal) {
        ports_.push_back(fmt::format(".{}({})", name, signal));
    }
    /// valid, ready and data of a stream: ".in_valid(s3_valid), ..."
    void stream(std::string_view prefix, int channel) {
        for (const char* part : {"valid", "ready", "data"}) {
            port(fmt::format("{}_{}", prefix, part), fmt::format("s{}_{}", channel, part));
        }
    }
    std::string text() const {
        std::string out = fmt::format("    {} #(\n", module_);
        out += wrapped(parameters_);
        out += fmt::format("    ) {} (\n        .clk(aclk), .rst(rst),\n", name_);
        out += wrapped(ports_);
        return out + "    );\n\n";
    }

  private:
    static std::string wrapped(const std::vector<std::string>& items) {
        std::string out, line = "       ";
        for (std::size_t i = 0; i < items.size(); ++i) {
            const std::string item = " " + items[i] + (i + 1 < items.size() ? "," : "");
            if (line.size() + item.size() > 110) {
                out += line + '\n';
                line = "       ";
            }
            line += item;
        }
        return out + line + '\n';
    }
    std::string module_, name_;
    std::vector<std::string> parameters_, ports_;
};

/// A layer's name as a Verilog identifier with its number in front.
std::string instanceName(int index, const std::string& name) {
    std::string out = fmt::format("l{}_", index);
    for (char c : name) {
        const bool legal = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out += legal ? c : '_';
    }
    return out.substr(0, 60);
}

/// Writes the instance of one layer's engine and its memory images.
class EngineWriter {
  public:
    EngineWriter(const hw::Layer& layer, const Folding& folding, const Engine& engine, int index)
        : layer_(layer), folding_(folding), engine_(engine), index_(index) {}

    Instance operator()(const quant::ConvolutionLayer& op) {
        Instance made("tandem_conv", instanceName(index_, layer_.name));
        const bool separate = layer_.kind == hw::LayerKind::DepthwiseConvolution;
        made.parameter("IC", layer_.inputChannels);
        made.parameter("OC", layer_.outputChannels);
        window(made);
        made.parameter("DH", layer_.dilationHeight);
        made.parameter("DW", layer_.dilationWidth);
        made.parameter("PAD", op.padValue);
        made.parameter("SEPARATE", separate ? 1 : 0);
        made.parameter("PE", folding_.pe);
        made.parameter("SIMD", folding_.simd);
        made.parameter("LANES", engine_.outputLanes);
        made.parameter("PACK", productsPerDsp(layer_, folding_));
        made.parameter("A", layer_.inputBits);
        made.parameter("SIGNED", layer_.inputSigned ? 1 : 0);
        made.parameter("W", layer_.weightBits);
        made.parameter("SUM", layer_.accumulatorBits);
        const ScaleLayout layout = scaleLayout(op.requantization, op.bias, layer_.accumulatorBits);
        scale(made, op.requantization, layout);
        made.parameter("S", layout.shiftBits);
        buffers(made);
        const std::int64_t depth = std::int64_t{engine_.groups} * engine_.steps;
        const std::int64_t width =
            std::int64_t{folding_.pe} * (separate ? 1 : folding_.simd) * layer_.weightBits;
        made.parameter("WEIGHT_BLOCK", romInBlock(depth, width, folding_.weights) ? 1 : 0);
        made.parameter("WEIGHT_FILE", image("weights", weightImage(op, layer_, folding_)));
        made.parameter("SCALE_FILE",
                       image("scale", scaleImage(op.requantization, op.bias, layout, engine_.outputLanes)));
        return made;
    }

    Instance operator()(const quant::PoolLayer& op) {
        Instance made("tandem_pool", instanceName(index_, layer_.name));
        const bool maximum = op.kind == nn::PoolKind::Maximum;
        made.parameter("CHANNELS", layer_.inputChannels);
        window(made);
        made.parameter("PAD", op.padValue);
        made.parameter("MAXIMUM", maximum ? 1 : 0);
        made.parameter("LANES", folding_.simd);
        made.parameter("OUT_LANES", engine_.outputLanes);
        made.parameter("A", layer_.inputBits);
        made.parameter("SIGNED", layer_.inputSigned ? 1 : 0);
        if (maximum) {
            made.parameter("OUT", layer_.inputBits);
        } else {
            made.parameter("SUM", layer_.accumulatorBits);
            const std::vector<std::int32_t> bias(at(engine_.outputLanes), op.bias);
            quant::Requantization same = op.requantization;
            same.multiplier.assign(bias.size(), same.multiplier.at(0));
            const ScaleLayout layout = scaleLayout(same, bias, layer_.accumulatorBits);
            scale(made, same, layout);
            made.parameter("SCALE_FILE", image("scale", scaleImage(same, bias, layout, engine_.outputLanes)));
        }
        buffers(made);
        return made;
    }

    Instance operator()(const quant::AddLayer& op) {
        Instance made("tandem_add", instanceName(index_, layer_.name));
        made.parameter("LANES", folding_.simd);
        const bool free = layer_.multiplierBits == 0;
        const auto factor = [free](std::int32_t m) {
            return free ? std::countr_zero(static_cast<std::uint32_t>(m)) : m;
        };
        made.parameter("MA", factor(op.multiplierA));
        made.parameter("MB", factor(op.multiplierB));
        made.parameter("FREE_A", free ? 1 : 0);
        made.parameter("FREE_B", free ? 1 : 0);
        made.raw("ROUNDING", fmt::format("64'h{:x}", static_cast<std::uint64_t>(op.rounding)));
        // Both products of at most 9 + 17 bits and the rounding, added up.
        const std::int64_t most = std::int64_t{255} * (op.multiplierA + op.multiplierB) +
                                  (op.rounding < 0 ? -op.rounding : op.rounding);
        made.parameter("RESULT", std::max(28, quant::signedBits({-most, most}) + 1));
        made.parameter("SHIFT", op.shift);
        made.parameter("OUT", layer_.outputBits);
        made.parameter("LOW", op.low);
        made.parameter("HIGH", op.high);
        made.parameter("FIFO_LOG2", engine_.fifoLog2);
        return made;
    }

    /// Layers that hw::pipeline::check refuses.
    template <typename Op>
    Instance operator()(const Op&) {
        throw workError("layer '{}': the pipeline template has no engine for a {}", layer_.name,
                        hw::kindName(layer_.kind));
    }

    std::vector<TextFile> images;

  private:
    void window(Instance& made) const {
        made.parameter("IH", layer_.inputHeight);
        made.parameter("IW", layer_.inputWidth);
        made.parameter("OH", layer_.outputHeight);
        made.parameter("OW", layer_.outputWidth);
        made.parameter("KH", layer_.kernelHeight);
        made.parameter("KW", layer_.kernelWidth);
        made.parameter("SH", layer_.strideHeight);
        made.parameter("SW", layer_.strideWidth);
        made.parameter("PT", layer_.padTop);
        made.parameter("PL", layer_.padLeft);
    }

    void scale(Instance& made, const quant::Requantization& requantization, const ScaleLayout& layout) const {
        made.parameter("M", layout.multiplierBits);
        made.parameter("C", layout.constantBits);
        made.parameter("RESULT", layout.resultBits);
        made.parameter("SHIFT", layout.shift);
        made.parameter("OUT", layer_.outputBits);
        made.parameter("LOW", requantization.low);
        made.parameter("HIGH", requantization.high);
    }

    void buffers(Instance& made) const {
        made.parameter("RING_LOG2", engine_.ringLog2);
        made.parameter("RING_BLOCK", ringInBlock(engine_.ringLog2) ? 1 : 0);
        made.parameter("FIFO_LOG2", engine_.fifoLog2);
    }

    /// Keeps an image and gives the path under which the RTL reads it.
    std::string image(std::string_view what, std::string text) {
        std::string path = fmt::format("mem/l{}_{}.hex", index_, what);
        images.push_back({path, std::move(text)});
        return path;
    }

    const hw::Layer& layer_;
    const Folding& folding_;
    const Engine& engine_;
    int index_;
};

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

std::string ports(const Channel& in, const Channel& out) {
    return fmt::format(R"(module tandem_top (
    input  wire aclk,
    input  wire aresetn,
    input  wire s_axis_tvalid,
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
                       portBits(in.width()) - 1, portBits(out.width()) - 1);
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

int portBits(int width) {
    return (width + 7) / 8 * 8;
}

std::string fileHeader(std::string_view comment, std::string_view what) {
    return fmt::format("{0} {1}\n{0} Written by Tandem. This file belongs to you: use, change and pass it on "
                       "without conditions.\n",
                       comment, what);
}

std::vector<TextFile> topFiles(const quant::IntegerNetwork& network, const hw::Workload& workload,
                               const Parameters& parameters, const Netlist& netlist) {
    std::vector<TextFile> files;
    const Channel& in = netlist.channels[at(netlist.blocks.front().outputs.front())];
    const Channel& out = netlist.channels[at(netlist.blocks.back().inputs.front())];
    std::string top = fileHeader("//", "The accelerator: one engine per layer, connected by streams.");
    top += fmt::format(
        "// A beat of s_axis carries {} channel(s) of {} bits, a beat of m_axis {} of {} bits, low "
        "channel in the\n// low bits, order row, column, channel group. Memory images are read "
        "relative to the folder above rtl/.\n`default_nettype none\n\n",
        in.lanes, in.bits, out.lanes, out.bits);
    top += ports(in, out) + declarations(netlist);
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
            const std::size_t l = at(block.layer);
            EngineWriter writer(workload.layers[l], parameters.foldings[l], netlist.engines[l], block.layer);
            Instance made = std::visit(writer, network.layers[l].op);
            const bool add = block.inputs.size() == 2;
            made.stream(add ? "a" : "in", block.inputs[0]);
            if (add) {
                made.stream("b", block.inputs[1]);
                const Channel &a = netlist.channels[at(block.inputs[0])],
                              &c = netlist.channels[at(block.inputs[1])];
                const auto& tensors = network.tensors;
                made.parameter("A", a.bits);
                made.parameter("A_SIGNED", tensors[at(network.layers[l].inputs[0])].format.isSigned ? 1 : 0);
                made.parameter("B", c.bits);
                made.parameter("B_SIGNED", tensors[at(network.layers[l].inputs[1])].format.isSigned ? 1 : 0);
            }
            made.stream("out", block.outputs.front());
            top += made.text();
            std::ranges::move(writer.images, std::back_inserter(files));
        }
    }
    top += "endmodule\n\n`default_nettype wire\n";
    files.push_back({"rtl/tandem_top.v", std::move(top)});
    return files;
}

} // namespace tandem::codegen
