// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/netlist.h"

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
            const Layer& layer = workload_.layers[at(l)];
            const Folding& folding = parameters_.foldings[at(l)];
            const Engine engine = engineOf(layer, folding, parameters_.weightPort);
            slowest_ = std::max({slowest_, engine.work, engine.inputFrame});
            netlist_.engines.push_back(engine);
            netlist_.weightStreams.emplace_back();
            if (streamsWeights(layer, folding)) {
                netlist_.weightStreams.back() =
                    weightStreamOf(layer, folding, engine, parameters_.weightPort);
            }
        }
        netlist_.memory = parameters_.weightPort.memory;
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

    /// Input `input` of layer `l` as its engine takes it.
    int connect(int l, std::size_t input, const Lag& latest) {
        const Layer& layer = workload_.layers[at(l)];
        const Engine& engine = netlist_.engines[at(l)];
        const int producer = layer.inputs[input], lanes = engine.inputLanes;
        int from = take(producer);
        const int given = netlist_.channels[at(from)].lanes, held = heldLanes(given, lanes);
        const std::int64_t beats =
            parameters_.inputBeats.empty()
                ? beatsHeld(layer, engine, input, held, lags_[at(producer + 1)], latest, slowest_)
                : parameters_.inputBeats[netlist_.inputBeats.size()];
        netlist_.inputBeats.push_back(beats);
        const Buffer buffer = bufferFor(beats);
        const auto addBuffer = [&] {
            netlist_.inputFifos.push_back(buffer.first > 0 ? static_cast<int>(netlist_.blocks.size()) : -1);
            from = hold(from, buffer);
        };
        if (held == given) {
            addBuffer();
        }
        from = convert(from, std::gcd(given, lanes), BlockKind::Narrow);
        from = convert(from, lanes, BlockKind::Widen);
        if (held != given) {
            addBuffer();
        }
        return from;
    }

    /// The stream behind a buffer.
    int hold(int from, const Buffer& buffer) {
        for (const int depthLog2 : {buffer.first, buffer.second}) {
            if (depthLog2 > 0) {
                const Channel copy = netlist_.channels[at(from)];
                const int to = channel(copy.lanes, copy.bits, copy.frame);
                Block& fifo = block(BlockKind::Fifo);
                fifo.inputs = {from};
                fifo.outputs = {to};
                fifo.depthLog2 = depthLog2;
                from = to;
            }
        }
        return from;
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
        const Lag latest = latestLag(layer, [&](int producer) { return lags_[at(producer + 1)]; });
        std::vector<int> inputs;
        for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
            inputs.push_back(connect(l, i, latest));
        }
        lags_[at(l + 1)] = lagAfter(engine, latest);
        const int produced = channel(engine.outputLanes, layer.outputBits, engine.outputFrame);
        Block& made = block(BlockKind::Engine);
        made.layer = l;
        made.inputs = inputs;
        made.outputs = {produced};
        offer(l, hold(produced, outputBuffer(layer, engine)));
    }

    const Workload& workload_;
    const Parameters& parameters_;
    Netlist netlist_;
    std::vector<std::vector<int>> branches_; ///< per producer + 1: streams not yet taken
    std::vector<Lag> lags_;                  ///< per producer + 1
    std::int64_t slowest_ = 1;
};

} // namespace

Lag lagAfter(const Engine& engine, const Lag& input) {
    Lag lag = input;
    lag.frames += static_cast<double>(engine.ringBeats) / static_cast<double>(engine.inputFrame);
    // A pixel's groups, or the one beat of an engine that does not work by pixels.
    const bool pixels = hasWindow(engine.module) || engine.module == Module::Add;
    lag.cycles +=
        (pixels ? engine.groups * engine.steps * engine.pace : 1) + engine.latency + engine.beatsPerGroup;
    return lag;
}

int heldLanes(int producerLanes, int consumerLanes) {
    return producerLanes % consumerLanes == 0 ? producerLanes : consumerLanes;
}

Buffer bufferFor(std::int64_t beats) {
    // Smaller ones would not save a block RAM.
    constexpr int kLeastDivided = 13;
    const int log2 = log2Ceil(beats);
    if (log2 >= kLeastDivided) {
        const std::int64_t rest = beats - (std::int64_t{1} << (log2 - 1));
        if (rest <= std::int64_t{1} << (log2 - 2)) {
            return {log2 - 1, std::max(2, log2Ceil(rest))};
        }
    }
    return {log2, 0};
}

std::int64_t beatsHeld(const Layer& layer, const Engine& engine, std::size_t input, int lanes, const Lag& lag,
                       const Lag& latest, std::int64_t rate) {
    const double frames = latest.frames - lag.frames, cycles = latest.cycles - lag.cycles;
    // What comes while the engine takes nothing: beats of other inputs, cells of its own.
    std::int64_t burst = 0;
    if (engine.module == Module::Concat) {
        burst = layer.parts[input] / lanes;
    } else if (engine.module == Module::Insert && layer.expandHeight > 1) {
        burst = std::int64_t{layer.inputWidth} * layer.inputChannels / lanes;
    } else if (engine.module == Module::Insert && engine.inputBeats > 1) {
        burst = layer.inputChannels / lanes;
    }
    if (frames <= 0 && cycles <= 0 && burst == 0) {
        return 0;
    }
    const double beats = static_cast<double>(inputElements(layer, input) / lanes);
    const double held = frames * beats + cycles * std::min(1.0, beats / static_cast<double>(rate));
    return static_cast<std::int64_t>(std::ceil(held)) + burst + 2;
}

Buffer outputBuffer(const Layer& layer, const Engine& engine) {
    const int beats = layer.outputChannels / engine.outputLanes;
    return engine.module == Module::Crop && beats > 1 ? bufferFor(beats + 2) : Buffer{};
}

Netlist netlistOf(const Workload& workload, const Parameters& parameters) {
    refuse(fault(workload, parameters));
    return Builder(workload, parameters).build();
}

} // namespace tandem::hw::pipeline
