// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline/engine.h"
#include "core/hw/pipeline/weight_stream.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace tandem::hw::pipeline {

/// A stream between two blocks.
struct Channel {
    int lanes = 1;          ///< channels of a beat
    int bits = 8;           ///< of each
    std::int64_t frame = 1; ///< beats of a frame
    int width() const { return lanes * bits; }
};

enum class BlockKind { Source, Sink, Engine, Fork, Fifo, Narrow, Widen };

/// One module instance of the generated top.
struct Block {
    BlockKind kind = BlockKind::Engine;
    int layer = -1;           ///< of an Engine
    std::vector<int> inputs;  ///< channels
    std::vector<int> outputs; ///< channels
    int ratio = 1;            ///< of Narrow and Widen
    int depthLog2 = 1;        ///< of a Fifo
};

/// The generated top: blocks from input to output with the streams between them.
struct Netlist {
    std::vector<Channel> channels;
    std::vector<Block> blocks;   ///< topological order
    std::vector<Engine> engines; ///< one per layer
    /// One per layer, none where the weights stand on the chip; and the memory behind them.
    std::vector<std::optional<WeightStream>> weightStreams;
    MemoryTiming memory;
    std::vector<std::int64_t> inputBeats; ///< as in Parameters
    std::vector<int> inputFifos;          ///< for each of them the block of its first FIFO, -1 without one
};

/// The blocks that build `workload` with `parameters`. Throws Error naming the layer where a shape, an order
/// or a folding cannot be built.
Netlist netlistOf(const Workload& workload, const Parameters& parameters);

/// How far each stream lags behind the network's input, as far as its buffers allow: what skip paths need.
struct Lag {
    double frames = 0; ///< capacity of the line buffers on the longest way here, in frames
    double cycles = 0; ///< latencies on that way
};
/// The lag behind a layer whose input lags by `input`.
Lag lagAfter(const Engine& engine, const Lag& input);

/// The lag of a layer's inputs together: it works when the last of them comes. `lagOf(producer)`: of each.
template <typename LagOf>
Lag latestLag(const Layer& layer, const LagOf& lagOf) {
    Lag latest;
    for (int producer : layer.inputs) {
        const Lag& lag = lagOf(producer);
        latest = {std::max(latest.frames, lag.frames), std::max(latest.cycles, lag.cycles)};
    }
    return latest;
}

/// Lanes of the buffer between a producer and a consumer of these lanes: it stands in front of a converter
/// that only splits beats, else behind the converters.
int heldLanes(int producerLanes, int consumerLanes);

/// log2 of the beats of the FIFOs, one behind the other, that make up a buffer; 0 for one that is not there.
/// A second one where one alone would be twice as deep and half empty.
struct Buffer {
    int first = 0, second = 0;
};
/// The FIFOs that hold as many beats; none for less than two.
Buffer bufferFor(std::int64_t beats);

/// What must be held, in beats of `lanes`, in front of input `input` of a layer; 0: nothing. `lag`: of that
/// input; `latest`: of all together; `rate`: cycles of a frame.
std::int64_t beatsHeld(const Layer& layer, const Engine& engine, std::size_t input, int lanes, const Lag& lag,
                       const Lag& latest, std::int64_t rate);

/// The buffer behind a layer whose beats come in bursts.
Buffer outputBuffer(const Layer& layer, const Engine& engine);

} // namespace tandem::hw::pipeline
