// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline.h"

namespace tandem::hw::pipeline {

/// The numbers that a layer and its folding fix in the hardware; codegen, timing and resources share them.
/// A beat is some channels side by side; a group is what one run of the engine computes: `pe` output channels
/// of one pixel.
struct Engine {
    int inputLanes = 1;    ///< channels of an input beat
    int outputLanes = 1;   ///< channels of an output beat
    int inputBeats = 1;    ///< beats of an input pixel
    int groups = 1;        ///< groups of an output pixel
    int steps = 1;         ///< cycles of a group
    int beatsPerGroup = 1; ///< output beats of a group
    int latency = 1; ///< cycles from a group's last step (Add: its only one) to its first beat at the output
    int treeLevels = 0; ///< of the adder tree
    int ringLog2 = 0;   ///< line buffer, in beats; Add has none
    int fifoLog2 = 5;   ///< output buffer, in beats

    std::int64_t inputFrame = 1;  ///< input beats of a frame
    std::int64_t outputFrame = 1; ///< output beats of a frame
    std::int64_t work = 1;        ///< cycles of a frame's groups
};

/// The engine of a layer. The folding must be one of legalFoldings(layer).
Engine engineOf(const Layer& layer, const Folding& folding);

/// Beats that a line buffer needs so that the engine and its producer never wait for each other longer than
/// either works for a frame: the window itself, what arrives during the jump from one frame's last window to
/// the next one's first, and the rows between strides.
std::int64_t ringBeats(const Layer& layer, const Folding& folding);

/// Whether a line buffer or FIFO of 2^depthLog2 words stands in block RAM (else in LUT RAM).
bool ringInBlock(int depthLog2);
/// Whether a read-only memory stands in block RAM (else in LUTs).
bool romInBlock(std::int64_t depth, std::int64_t width);

/// Whether the requantization constants of a layer with `words` output beats a pixel stand in block RAM.
bool scaleInBlock(std::int64_t words);

/// Smallest number of bits that counts `values` different values.
int log2Ceil(std::int64_t values);

} // namespace tandem::hw::pipeline
