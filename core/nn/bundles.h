// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/nn/network_size.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Networks without a trained one to start from: a bundle of one or two compute operators, repeated, as the
/// Auto-DNN of A3C3 assembles them (Hao et al., DAC 2019).
namespace tandem::nn {

/// A convolution over all channels or, depth-wise, one filter per channel; a point-wise one is `conv1`.
struct ComputeOperator {
    bool isDepthwise = false;
    int kernel = 3; ///< 1, 3, 5 or 7; depth-wise from 3
    bool operator==(const ComputeOperator&) const = default;
};

/// One or two compute operators, each with a batch norm and an activation behind it.
using BundleOperators = std::vector<ComputeOperator>;

/// "conv3", "dw5+conv1". Throws Error (Input) that says what is accepted.
BundleOperators parseBundle(std::string_view text);
std::string toString(const BundleOperators& bundle);

/// Every operator alone, and every other one with a 1x1 convolution before or behind it.
std::vector<BundleOperators> candidateBundles();

/// What halves the map from stage to stage.
enum class DownSampling { Stride, MaximumPool, AveragePool };

/// A stem (3x3 convolution), stages of equal bundles, global average pool and classifier.
struct AssemblyOptions {
    BundleOperators bundle{{true, 3}, {false, 1}};
    Shape input{1, 3, 32, 32};
    int classes = 10;
    std::vector<int> channels{16, 32, 64}; ///< of each stage; the map halves between two
    int repetitions = 2;                   ///< bundles of a stage
    /// A bundle that keeps the map's shape adds to it, so that it may be left out later.
    bool hasShortcuts = true;
    DownSampling downSampling = DownSampling::MaximumPool;
    double clip = 0.0; ///< of the activations: 6 for ReLU6; 0: plain ReLU
    std::uint64_t seed = 1;
};

/// Weights are random (GraphBuilder). Where no operator of the bundle can set the number of channels, a 1x1
/// convolution opens each stage that changes it. Throws Error (Input) where the map is too small for the
/// stages, or a number is out of range.
Graph assembledNetwork(const AssemblyOptions& options);

/// The size of assembledNetwork(options), without drawing a weight: fast enough to follow typing. Throws as
/// it does.
NetworkSize assembledSize(const AssemblyOptions& options);

} // namespace tandem::nn
