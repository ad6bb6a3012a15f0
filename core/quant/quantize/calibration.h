// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tandem::quant {

/// What a feature map held while the float network ran over the calibration inputs.
struct TensorStatistics {
    double minimum = 0.0, maximum = 0.0; ///< over all elements of all inputs
    std::vector<float> sample;           ///< evenly picked elements of every input, sorted
    std::vector<double> channelMeans;    ///< mean of every channel
};

/// Statistics of every tensor of a lowering, folded activations applied.
struct Calibration {
    std::vector<TensorStatistics> tensors;
};

/// What the tensors of one format class (see formatClasses) that are computed, not moved, held together.
TensorStatistics classStatistics(const Lowering& lowering, const Calibration& calibration,
                                 const std::vector<int>& classes, int tensor);

/// `count` inputs of the network's own shape, uniform in [0, 1), for networks without data.
std::vector<nn::Tensor> uniformInputs(const nn::Graph& graph, int count, std::uint64_t seed);

/// Elements of one input's feature map that go into the sample of its tensor.
inline constexpr std::size_t kSamplePerInput = 2048;

/// Runs the float network over the inputs (each one input of the network, batch 1) on these workers. The same
/// inputs give the same statistics, whatever the number of threads. Throws Error (Input) where there are no
/// inputs or one has the wrong shape, or where the network has more than one input.
Calibration calibrate(const nn::Graph& prepared, const Lowering& lowering, std::span<const nn::Tensor> inputs,
                      const Workers& workers = {}, std::size_t samplePerInput = kSamplePerInput);

} // namespace tandem::quant
