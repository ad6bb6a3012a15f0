// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline_netlist.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tandem::hw::pipeline {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Builds the blocks one layer after the other.
class Builder {
  public:
    Builder(const Workload& workload, const Parameters& parameters)
        : workload_(workload), parameters_(parameters) {}

    Netlist build() {
        const int layers = static_cast<int>(workload_.layers.size());
        for (int l = 0; l < layers; ++l) {
            netlist_.engines.push_back(engineOf(workload_.layers[at(l)], parameters_.foldings[at(l)]));
            slowest_ =
                std::max(slowest_, layerInterval(workload_.layers[at(l)], parameters_.foldings[at(l)]));
        }
        branches_.resize(at(layers + 1));
        lags_.resize(at(layers + 1));
        addSource();
        for (int l = 0; l < layers; ++l) {
            addLayer(l);
        }
        const int last = take(layers - 1);
        block(BlockKind::Sink).inputs = {last};
        return std::move(netlist_);
    }

  private:
    Block& block(BlockKind kind) {
        netlist_.blocks.emplace_back();
        netlist_.blocks.back().kind = kind;
        return netlist_.blocks.back();
    }

    int channel(int lanes, int bits, std::int64_t frame) {
        netlist_.channels.push_back({lanes, bits, frame});
        return static_cast<int>(netlist_.channels.size()) - 1;
    }

    /// Readers of a layer's output (kNetworkInput: of the input).
    int readers(int producer) const {
        int count = producer + 1 == static_cast<int>(workload_.layers.size()) ? 1 : 0;
        for (const Layer& layer : workload_.layers) {
            count += static_cast<int>(std::ranges::count(layer.inputs, producer));
        }
        return count;
    }

    /// Offers `produced` to all readers of `producer`.
    void offer(int producer, int produced) {
        const int count = readers(producer);
        std::vector<int>& branches = branches_[at(producer + 1)];
        if (count == 1) {
            branches = {produced};
            return;
        }
        const Channel copy = netlist_.channels[at(produced)];
        for (int i = 0; i < count; ++i) {
            branches.push_back(channel(copy.lanes, copy.bits, copy.frame));
        }
        Block& fork = block(BlockKind::Fork);
        fork.inputs = {produced};
        fork.outputs = branches;
        std::ranges::reverse(branches); // taken from the back, so that readers come in order
    }

    int take(int producer) {
        std::vector<int>& branches = branches_[at(producer + 1)];
        const int taken = branches.back();
        branches.pop_back();
        return taken;
    }

    void addSource() {
        // The port takes what its first reader wants, so that no converter is needed there.
        int lanes = 1;
        for (std::size_t l = 0; l < workload_.layers.size(); ++l) {
            if (std::ranges::count(workload_.layers[l].inputs, kNetworkInput) > 0) {
                lanes = netlist_.engines[l].inputLanes;
                break;
            }
        }
        const std::int64_t frame =
            std::int64_t{workload_.inputHeight} * workload_.inputWidth * (workload_.inputChannels / lanes);
        const int produced = channel(lanes, workload_.inputBits, frame);
        block(BlockKind::Source).outputs = {produced};
        offer(kNetworkInput, produced);
    }

    /// The stream of `producer` with `lanes` channels a beat, held back by 2^depthLog2 beats if not 0.
    int connect(int producer, int lanes, int depthLog2) {
        int from = take(producer);
        if (depthLog2 > 0) {
            const Channel copy = netlist_.channels[at(from)];
            const int to = channel(copy.lanes, copy.bits, copy.frame);
            Block& fifo = block(BlockKind::Fifo);
            fifo.inputs = {from};
            fifo.outputs = {to};
            fifo.depthLog2 = depthLog2;
            from = to;
        }
        const int common = std::gcd(netlist_.channels[at(from)].lanes, lanes);
        from = convert(from, common, BlockKind::Narrow);
        return convert(from, lanes, BlockKind::Widen);
    }

    int convert(int from, int lanes, BlockKind kind) {
        const Channel source = netlist_.channels[at(from)];
        if (source.lanes == lanes) {
            return from;
        }
        const int to = channel(lanes, source.bits, source.frame * source.lanes / lanes);
        Block& converter = block(kind);
        converter.inputs = {from};
        converter.outputs = {to};
        converter.ratio = std::max(lanes, source.lanes) / std::min(lanes, source.lanes);
        return to;
    }

    void addLayer(int l) {
        const Layer& layer = workload_.layers[at(l)];
        const Engine& engine = netlist_.engines[at(l)];
        std::vector<int> inputs;
        Lag lag;
        for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
            const int producer = layer.inputs[i];
            const Lag& own = lags_[at(producer + 1)];
            int depthLog2 = 0;
            if (layer.kind == LayerKind::Add) {
                const Lag& other = lags_[at(layer.inputs[1 - i] + 1)];
                const int source = branches_[at(producer + 1)].back();
                depthLog2 = skipDepthLog2(own, other, netlist_.channels[at(source)].frame, slowest_);
            }
            lag.frames = std::max(lag.frames, own.frames);
            lag.cycles = std::max(lag.cycles, own.cycles);
            inputs.push_back(connect(producer, engine.inputLanes, depthLog2));
        }
        lags_[at(l + 1)] = lagAfter(layer, engine, lag);
        const int produced = channel(engine.outputLanes, layer.outputBits, engine.outputFrame);
        Block& made = block(BlockKind::Engine);
        made.layer = l;
        made.inputs = inputs;
        made.outputs = {produced};
        offer(l, produced);
    }

    const Workload& workload_;
    const Parameters& parameters_;
    Netlist netlist_;
    std::vector<std::vector<int>> branches_; ///< per producer + 1: streams not yet taken
    std::vector<Lag> lags_;                  ///< per producer + 1
    std::int64_t slowest_ = 1;
};

void require(bool condition, const Layer& layer, const std::string& what) {
    if (!condition) {
        throw inputError("layer '{}': {}", layer.name, what);
    }
}

void checkAxis(const Layer& layer, const char* axis, int in, int out, int kernel, int stride, int dilation,
               int before, int after) {
    const int extent = (kernel - 1) * dilation + 1;
    require(in > 0 && out > 0 && kernel > 0 && stride > 0 && dilation > 0 && before >= 0 && after >= 0, layer,
            fmt::format("{}: sizes, kernel, stride and dilation must be positive, pads not negative", axis));
    require(before + after < extent, layer,
            fmt::format("{}: pads {} + {} must be less than the dilated kernel {} for the pipeline template",
                        axis, before, after, extent));
    require(in + before + after >= extent && out == (in + before + after - extent) / stride + 1, layer,
            fmt::format("{}: {} output cells do not follow from {} input cells, kernel {}, stride {}", axis,
                        out, in, extent, stride));
}

} // namespace

bool hasEngine(LayerKind kind) {
    switch (kind) {
    case LayerKind::Convolution:
    case LayerKind::DepthwiseConvolution:
    case LayerKind::MaximumPool:
    case LayerKind::AveragePool:
    case LayerKind::Add:
        return true;
    case LayerKind::Table:
    case LayerKind::Concat:
    case LayerKind::Select:
    case LayerKind::Expand:
    case LayerKind::Scale:
    case LayerKind::SpaceToDepth:
    case LayerKind::DepthToSpace:
        break;
    }
    return false;
}

void check(const Workload& workload) {
    const int layers = static_cast<int>(workload.layers.size());
    if (layers == 0) {
        throw inputError("the pipeline template needs at least one layer");
    }
    std::vector<int> readers(at(layers + 1), 0);
    for (int l = 0; l < layers; ++l) {
        const Layer& layer = workload.layers[at(l)];
        require(hasEngine(layer.kind), layer,
                fmt::format("the pipeline template has no engine for a {}", kindName(layer.kind)));
        require(layer.inputs.size() == (layer.kind == LayerKind::Add ? 2U : 1U), layer,
                fmt::format("reads {} streams", layer.inputs.size()));
        for (int input : layer.inputs) {
            require(input >= kNetworkInput && input < l, layer,
                    "reads a layer that does not stand before it");
            ++readers[at(input + 1)];
            const bool outside = input == kNetworkInput;
            const Layer* from = outside ? nullptr : &workload.layers[at(input)];
            const int channels = outside ? workload.inputChannels : from->outputChannels;
            const int height = outside ? workload.inputHeight : from->outputHeight;
            const int width = outside ? workload.inputWidth : from->outputWidth;
            require(channels == layer.inputChannels && height == layer.inputHeight &&
                        width == layer.inputWidth,
                    layer,
                    fmt::format("expects {}x{}x{} but is given {}x{}x{}", layer.inputChannels,
                                layer.inputHeight, layer.inputWidth, channels, height, width));
        }
        checkAxis(layer, "rows", layer.inputHeight, layer.outputHeight, layer.kernelHeight,
                  layer.strideHeight, layer.dilationHeight, layer.padTop, layer.padBottom);
        checkAxis(layer, "columns", layer.inputWidth, layer.outputWidth, layer.kernelWidth, layer.strideWidth,
                  layer.dilationWidth, layer.padLeft, layer.padRight);
        require(layer.kind == LayerKind::Convolution || layer.inputChannels == layer.outputChannels, layer,
                "must have as many output as input channels");
        const bool square = layer.kernelHeight == 1 && layer.kernelWidth == 1 && layer.strideHeight == 1 &&
                            layer.strideWidth == 1;
        require(layer.kind != LayerKind::Add || square, layer, "an addition has no window");
        require(layer.inputBits >= 1 && layer.inputBits <= 16 && layer.outputBits >= 1 &&
                    layer.outputBits <= 16 && layer.weightBits >= 2 && layer.weightBits <= 8,
                layer, "weights must have 2 to 8 bits, activations 1 to 16");
    }
    ++readers[at(layers)];
    for (int l = 0; l < layers; ++l) {
        require(readers[at(l + 1)] > 0, workload.layers[at(l)],
                "its result is read by no later layer, and only the last layer's leaves the accelerator");
    }
}

void check(const Workload& workload, const Parameters& parameters) {
    check(workload);
    if (parameters.foldings.size() != workload.layers.size()) {
        throw inputError("{} foldings for {} layers", parameters.foldings.size(), workload.layers.size());
    }
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const Layer& layer = workload.layers[l];
        const Folding& folding = parameters.foldings[l];
        const bool divides = folding.pe > 0 && folding.simd > 0 && layer.outputChannels % folding.pe == 0 &&
                             layer.inputChannels % folding.simd == 0;
        require(divides, layer,
                fmt::format("pe {} must divide its {} output channels and simd {} its {} input channels",
                            folding.pe, layer.outputChannels, folding.simd, layer.inputChannels));
        require(isLegal(layer, folding, folding.multiplier), layer,
                fmt::format("multiplier '{}' cannot be built for {} output channels at a time",
                            toString(folding.multiplier), folding.pe));
        require(layer.kind == LayerKind::Convolution || folding.pe == folding.simd, layer,
                fmt::format("pe {} and simd {} must be the same number for this kind of layer", folding.pe,
                            folding.simd));
    }
}

Lag lagAfter(const Layer& layer, const Engine& engine, const Lag& input) {
    Lag lag = input;
    if (layer.kind != LayerKind::Add) {
        lag.frames += static_cast<double>(engine.ringBeats) / static_cast<double>(engine.inputFrame);
    }
    lag.cycles += engine.groups * engine.steps + engine.latency + engine.beatsPerGroup;
    return lag;
}

int skipDepthLog2(const Lag& lag, const Lag& other, std::int64_t frameBeats, std::int64_t rate) {
    const double frames = other.frames - lag.frames;
    const double cycles = other.cycles - lag.cycles;
    if (frames <= 0 && cycles <= 0) {
        return 0;
    }
    const double beats = static_cast<double>(frameBeats);
    const double held = std::max(0.0, frames) * beats +
                        std::max(0.0, cycles) * std::min(1.0, beats / static_cast<double>(rate));
    return log2Ceil(static_cast<std::int64_t>(std::ceil(held)) + 2);
}

Netlist netlistOf(const Workload& workload, const Parameters& parameters) {
    check(workload, parameters);
    return Builder(workload, parameters).build();
}

} // namespace tandem::hw::pipeline
