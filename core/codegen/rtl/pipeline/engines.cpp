// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/pipeline/engines.h"

#include "core/codegen/rtl/pipeline/images.h"

#include <algorithm>
#include <bit>
#include <span>

namespace tandem::codegen {

namespace {

using namespace hw::pipeline;
using hw::Folding;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

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
    EngineWriter(const hw::Layer& layer, const Folding& folding, const Engine& engine, int index,
                 const StreamedWeights* stream)
        : layer_(layer), folding_(folding), engine_(engine), index_(index), stream_(stream) {}

    Instance operator()(const quant::ConvolutionLayer& op) {
        Instance made = named("tandem_conv");
        const bool separate = layer_.kind == hw::LayerKind::DepthwiseConvolution;
        made.parameter("IC", layer_.inputChannels);
        made.parameter("OC", layer_.outputChannels);
        window(made);
        made.parameter("DH", layer_.dilationHeight);
        made.parameter("DW", layer_.dilationWidth);
        made.parameter("PAD", op.padValue);
        made.parameter("SEPARATE", separate ? 1 : 0);
        made.parameter("SLICES", engine_.slices);
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
        made.parameter("SCALE_FILE",
                       image("scale", scaleImage(op.requantization, op.bias, layout, engine_.outputLanes)));
        const std::int64_t depth = std::int64_t{engine_.groups} * engine_.steps;
        const int step = std::max(1, log2Ceil(depth));
        made.parameter("STEP", step);
        made.parameter("STREAM", stream_ != nullptr ? 1 : 0);
        connectWeights(made, index_);
        if (stream_ != nullptr) {
            weights = weightStream(*stream_, step);
        } else {
            const int word = folding_.pe * (separate ? 1 : folding_.simd) * layer_.weightBits;
            weights = weightRom(index_, step, word, romInBlock(depth, word, folding_.weights),
                                image("weights", weightImage(op, layer_, folding_, engine_).text()));
        }
        return made;
    }

    Instance operator()(const quant::PoolLayer& op) {
        Instance made = named("tandem_pool");
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
        Instance made = named("tandem_add");
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

    Instance operator()(const quant::TableLayer& op) {
        Instance made = named("tandem_table");
        made.parameter("LANES", folding_.simd);
        made.parameter("A", layer_.inputBits);
        made.parameter("OUT", layer_.outputBits);
        made.parameter("FILE", image("table", tableImage(op, layer_)));
        return made;
    }

    Instance operator()(const quant::ConcatLayer&) {
        Instance made = named("tandem_concat");
        int widest = 1;
        for (int part : layer_.parts) {
            widest = std::max(widest, part / folding_.simd);
        }
        const int bits = std::max(1, log2Ceil(widest));
        std::string last; // the first stream stands in the low bits
        for (int part : layer_.parts) {
            last = fmt::format("{}'d{}{}{}", bits, part / folding_.simd - 1, last.empty() ? "" : ", ", last);
        }
        made.parameter("WIDTH", std::int64_t{folding_.simd} * layer_.inputBits);
        made.parameter("COUNT", static_cast<std::int64_t>(layer_.parts.size()));
        made.parameter("BITS", bits);
        made.raw("LAST", "{" + last + "}");
        return made;
    }

    Instance operator()(const quant::SelectLayer&) {
        if (engine_.module == Module::Crop) {
            Instance made = named("tandem_crop");
            made.parameter("WIDTH", std::int64_t{folding_.simd} * layer_.inputBits);
            made.parameter("BEATS", engine_.inputBeats);
            made.parameter("FIRST", layer_.channels.front() / folding_.simd);
            made.parameter("COUNT", layer_.outputChannels / folding_.simd);
            return made;
        }
        Instance made = named("tandem_select");
        made.parameter("LANES", folding_.simd);
        made.parameter("A", layer_.inputBits);
        made.parameter("CF", engine_.inputBeats);
        made.parameter("NB", engine_.groups);
        made.parameter("BLOCK", ringInBlock(engine_.ringLog2) ? 1 : 0);
        made.parameter("FILE", image("select", selectImage(layer_, folding_.simd)));
        return made;
    }

    Instance operator()(const quant::ExpandLayer& op) {
        if (op.repeat) {
            return reorder();
        }
        Instance made = named("tandem_insert");
        made.parameter("LANES", folding_.simd);
        made.parameter("A", layer_.inputBits);
        made.parameter("CF", engine_.inputBeats);
        made.parameter("IW", layer_.inputWidth);
        made.parameter("FH", layer_.expandHeight);
        made.parameter("FW", layer_.expandWidth);
        made.parameter("FILL", op.fill);
        return made;
    }

    Instance operator()(const quant::SpaceToDepthLayer&) { return reorder(); }
    Instance operator()(const quant::DepthToSpaceLayer&) { return reorder(); }

    Instance operator()(const quant::ScaleLayer& op) {
        Instance made = named("tandem_channel_scale");
        const bool free = layer_.multiplierBits == 0;
        made.parameter("LANES", folding_.simd);
        made.parameter("CF", engine_.inputBeats);
        made.parameter("PIXELS", std::int64_t{layer_.inputHeight} * layer_.inputWidth);
        made.parameter("A", layer_.inputBits);
        made.parameter("A_SIGNED", layer_.inputSigned ? 1 : 0);
        made.parameter("ZA", op.zeroA);
        made.parameter("B", layer_.secondBits);
        made.parameter("B_SIGNED", layer_.secondSigned ? 1 : 0);
        made.parameter("ZB", op.zeroB);
        made.parameter("M", free ? 0 : op.multiplier);
        made.parameter("FREE", free ? 1 : 0);
        made.raw("ROUNDING", fmt::format("64'h{:x}", static_cast<std::uint64_t>(op.rounding)));
        // A product of two differences of at most 255, scaled, and the rounding.
        const std::int64_t most =
            std::int64_t{255 * 255} * op.multiplier + (op.rounding < 0 ? -op.rounding : op.rounding);
        made.parameter("RESULT", std::max(36, quant::signedBits({-most, most}) + 1));
        made.parameter("SHIFT", op.shift);
        made.parameter("OUT", layer_.outputBits);
        made.parameter("LOW", op.low);
        made.parameter("HIGH", op.high);
        made.parameter("FACTOR_BLOCK", ringInBlock(std::max(1, log2Ceil(engine_.inputBeats)) + 1) ? 1 : 0);
        made.parameter("FIFO_LOG2", engine_.fifoLog2);
        return made;
    }

    std::vector<TextFile> images;
    std::string weights; ///< what brings them to a convolution

  private:
    Instance named(std::string module) const {
        return {std::move(module), instanceName(index_, layer_.name)};
    }

    Instance reorder() const {
        Instance made = named("tandem_reorder");
        const Reorder order = reorderOf(layer_, folding_.simd);
        made.parameter("WIDTH", std::int64_t{folding_.simd} * layer_.inputBits);
        made.parameter("UNIT", order.unit);
        for (std::size_t level = 4; level-- > 0;) {
            made.parameter(fmt::format("E{}", level), order.extents[level]);
            made.parameter(fmt::format("D{}", level), order.strides[level]);
        }
        made.parameter("FREE", order.freed);
        made.parameter("DEPTH_LOG2", engine_.ringLog2);
        made.parameter("BLOCK", ringInBlock(engine_.ringLog2) ? 1 : 0);
        return made;
    }

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
    const StreamedWeights* stream_; ///< none where the weights stand on the chip
};

/// Joins the valid, ready and data of the streams that a module takes as one port, the first in the low bits.
std::string together(const std::vector<int>& channels, const char* part) {
    std::string text;
    for (int channel : channels) {
        text = fmt::format("s{}_{}{}{}", channel, part, text.empty() ? "" : ", ", text);
    }
    return "{" + text + "}";
}

void connectInputs(Instance& made, const hw::Layer& layer, const Netlist& netlist, const Block& block,
                   std::span<const quant::TensorFormat> formats) {
    const quant::KindTraits traits = quant::traitsOf(layer.kind);
    if (traits.channels == quant::ChannelRule::Joined) {
        for (const char* part : {"valid", "ready", "data"}) {
            made.port(fmt::format("in_{}", part), together(block.inputs, part));
        }
        return;
    }
    if (traits.inputs == 1) {
        made.stream("in", block.inputs.front());
        return;
    }
    if (layer.kind == hw::LayerKind::Add) {
        made.parameter("A", netlist.channels[at(block.inputs[0])].bits);
        made.parameter("A_SIGNED", formats[0].isSigned ? 1 : 0);
        made.parameter("B", netlist.channels[at(block.inputs[1])].bits);
        made.parameter("B_SIGNED", formats[1].isSigned ? 1 : 0);
    }
    made.stream("a", block.inputs[0]);
    made.stream("b", block.inputs[1]);
}

} // namespace

EngineText engineText(const quant::IntegerNetwork& network, const hw::Workload& workload,
                      const Parameters& parameters, const Netlist& netlist, const Block& block,
                      std::span<const StreamedWeights> streams) {
    const std::size_t l = at(block.layer);
    const auto stream = std::ranges::find(streams, block.layer, &StreamedWeights::layer);
    EngineWriter writer(workload.layers[l], parameters.foldings[l], netlist.engines[l], block.layer,
                        stream == streams.end() ? nullptr : &*stream);
    Instance made = std::visit(writer, network.layers[l].op);
    std::vector<quant::TensorFormat> formats;
    for (int tensor : network.layers[l].inputs) {
        formats.push_back(network.tensors[at(tensor)].format);
    }
    connectInputs(made, workload.layers[l], netlist, block, formats);
    made.stream("out", block.outputs.front());
    return {writer.weights + made.text(), std::move(writer.images)};
}

} // namespace tandem::codegen
