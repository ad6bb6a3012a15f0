// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/workload/workload.h"
#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"

#include <string>
#include <vector>

/// What may be changed in one network, found once: the part of the joint space that does not depend on a
/// point.
namespace tandem::space {

inline constexpr int kNone = -1;

/// An index as the containers want it.
inline std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Feature maps that must keep the same channels: those that an addition or a scale joins, and what a
/// depth-wise convolution, a pool, a table or an expansion makes of them.
struct WidthGroup {
    int channels = 1;
    /// Never pruned: the network's input or output, a grouped convolution's, and what a layer reads or writes
    /// that puts channels elsewhere (concat, selection, space to depth and back).
    bool fixed = false;
    std::vector<int> counts; ///< channel counts that may be chosen, ascending; the last is all of them
    std::vector<std::vector<int>> kept; ///< per choice, the channels that stay, ascending; nested
    int bundle = kNone;                 ///< the first bundle that writes the group: it holds the parameter
};

/// A feature map between accelerator layers.
struct PlannedTensor {
    quant::MapShape shape;
    int group = 0;
    int producer = kNone;        ///< layer that writes it; kNone: the accelerator's input
    bool clampsNegative = false; ///< an activation keeps it from being negative
};

/// One accelerator layer and what can be chosen about it.
struct PlannedLayer {
    hw::LayerKind kind = hw::LayerKind::Convolution;
    int bundle = kNone;      ///< kNone: a pool before the first convolution
    std::vector<int> inputs; ///< tensors
    int output = 0;          ///< tensor
    nn::Extent stride{1, 1}, dilation{1, 1};
    int groups = 1;
    std::vector<int> channels;         ///< Select
    nn::Extent factor{1, 1};           ///< Expand
    bool repeat = true;                ///< Expand
    int block = 1;                     ///< SpaceToDepth, DepthToSpace
    bool keepsFormat = false;          ///< data movement and maximum pools write the format that they read
    std::vector<nn::Extent> kernels;   ///< that may be chosen, ascending; the last is the imported one
    std::vector<nn::Padding> paddings; ///< of each kernel: the output keeps its size
    int endsSkip = kNone;              ///< the skip whose exit it is
};

/// A run of layers that may be left out: its output then is `from`.
struct Skip {
    int bundle = kNone;           ///< holds the parameter
    int lastBundle = kNone;       ///< the last bundle that goes with it
    std::vector<int> layers;      ///< that go
    int from = 0, to = 0;         ///< tensors: what stands in, and for what
    int fromInput = 0;            ///< which input of the run's layer `entry` carries `from`
    int entry = 0, exit = 0;      ///< the layers that read `from` and write `to`
    bool keepsActivation = false; ///< the activation behind the run moves to the layer that writes `from`
    bool isResidual = false;
};

/// A bundle's layers.
struct PlannedBundle {
    std::string title;
    std::vector<int> layers;         ///< its convolutions first, then the pools and additions behind them
    int kernelLayer = kNone;         ///< the layer whose kernel may be chosen
    int skip = kNone, group = kNone; ///< whose parameter it holds
};

/// The whole plan. Indices of tensors and layers are those of the Lowering.
struct Plan {
    std::vector<PlannedTensor> tensors;
    std::vector<PlannedLayer> layers;
    std::vector<WidthGroup> groups;
    std::vector<PlannedBundle> bundles;
    std::vector<Skip> skips;
    int input = 0, output = 0; ///< tensors
};

/// Finds bundles, coupled widths, croppable kernels and runs that may be skipped.
Plan makePlan(const nn::Graph& graph, const quant::Lowering& lowering);

/// The channel counts offered for `channels` channels: 25 % to 100 % in steps of an eighth, rounded to
/// multiples that divide well (of 8 from 64 channels, of 4 from 16, of 2 from 8).
std::vector<int> widthChoices(int channels);

} // namespace tandem::space
