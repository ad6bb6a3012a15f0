// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bits.h"
#include "core/hw/device/block_rams.h"
#include "core/hw/device/technology.h"
#include "core/hw/pipeline/pipeline.h"

#include <array>
#include <cstddef>
#include <optional>

namespace tandem::hw::pipeline {

/// The module of the RTL library that an engine is made of (resources/rtl/tandem_*.v).
enum class Module { Convolution, Pool, Add, Table, Concat, Crop, Select, Reorder, Insert, ChannelScale };

/// The numbers that a layer and its folding fix in the hardware; codegen, timing and resources share them.
/// A beat is some channels side by side; a group is what one run of the engine computes: `pe` output channels
/// of one pixel.
struct Engine {
    Module module = Module::Convolution;
    int inputLanes = 1;    ///< channels of an input beat
    int outputLanes = 1;   ///< channels of an output beat
    int inputBeats = 1;    ///< beats of an input pixel
    int groups = 1;        ///< groups of an output pixel
    int steps = 1;         ///< cycles of a group
    int beatsPerGroup = 1; ///< output beats of a group
    int latency = 1; ///< cycles from a group's last step (Add: its only one) to its first beat at the output
    int treeLevels = 0; ///< of the adder tree
    int slices = 1;     ///< of the input channels; each group of a convolution reads one of them
    int ringLog2 = 0;   ///< buffer on the input side, in beats: line buffer, or what is reordered
    int fifoLog2 = 5;   ///< output buffer, in beats

    std::int64_t ringBeats = 0;   ///< beats that the buffer on the input side must hold; 0 without one
    std::int64_t inputFrame = 1;  ///< input beats of a frame
    std::int64_t outputFrame = 1; ///< output beats of a frame
    std::int64_t work = 1;        ///< cycles of a frame's groups

    std::optional<std::int64_t> weightColumns; ///< as in Parameters, where known

    // Where weights stream; see WeightStream.
    int pace = 1;      ///< cycles of a step in the long run
    int lead = 0;      ///< cycles from reset until the first word of weights is there
    int wordsHeld = 0; ///< at most, for steps to come

    std::int64_t frameSteps() const { return work / pace; }
};

/// Whether the module is a window over a line buffer, computes a group at a time, and keeps results in an
/// output buffer.
bool hasWindow(Module module);
/// Whether the module keeps its results in an output buffer.
bool hasOutputBuffer(Module module);

/// The most channels that a layer other than a convolution can work on side by side; their divisors are the
/// legal lanes: channels of every stream, of both ends, must be whole beats.
int widestLanes(const Layer& layer);

/// Whether the channels that a Select takes are neighbours in their order.
bool selectsRange(const Layer& layer);

/// A Reorder reads every `unit` input beats in the order of four nested loops, [0] innermost, whose rounds
/// start `strides` beats apart. Places are free again when the unit is done, `freed` of them after each round
/// but the last of the outermost loop.
struct Reorder {
    std::int64_t unit = 1, freed = 0;
    std::array<std::int64_t, 4> extents{1, 1, 1, 1}, strides{1, 0, 0, 0};
};
/// Of an Expand that repeats, a SpaceToDepth or a DepthToSpace.
Reorder reorderOf(const Layer& layer, int lanes);

/// Elements of a frame of one of a layer's inputs.
std::int64_t inputElements(const Layer& layer, std::size_t input);

/// The engine of a layer. The folding must be one of legalFoldings(layer).
Engine engineOf(const Layer& layer, const Folding& folding, const WeightPort& port = {});

/// Makes the output buffer large enough for all the groups in flight, so that a ready consumer never makes the
/// engine wait.
void makeRoom(Engine& engine);

/// Beats that a line buffer needs so that neither the engine nor its producer waits longer than the slower of
/// the two works: the window itself, or as much as an engine at work without pause needs of an even flow of
/// input and holds back of it (rows between strides and from one frame's last window to the next one's
/// first).
std::int64_t ringBeats(const Layer& layer, const Folding& folding);

/// Cycles that a multiplier takes beyond Multiplier::Dsp.
constexpr int multiplierLatency(Multiplier multiplier) {
    return multiplier == Multiplier::Packed ? 1 : 0;
}

/// Products of a convolution that share a DSP: 0 in LUTs (Multiplier::Fabric), 1 for Multiplier::Dsp. Packed
/// on a DSP48E1: as many weights as stand in 25 bits, each with the place for a product, and divide pe; fewer
/// than 2 where that cannot be built.
int productsPerDsp(const Layer& layer, const Folding& folding);

/// Whether a line buffer or FIFO of 2^depthLog2 words stands in block RAM (else in LUT RAM).
bool ringInBlock(int depthLog2);
/// Whether a layer's weights, `depth` words of `width` bits, stand in block RAM (else in LUTs, or they
/// stream).
bool romInBlock(std::int64_t depth, std::int64_t width, WeightStore store);

} // namespace tandem::hw::pipeline
