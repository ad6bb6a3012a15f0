// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/data/dataset.h"
#include "core/nn/graph.h"
#include "core/train/executor.h"
#include "core/train/layers/fake_quantization.h"

#include <span>

namespace tandem::train {

/// Share of these samples whose label is the position of the largest output, in [0, 1]. Samples are fed in
/// the executor's batches (a last, shorter batch is filled up and the filling not counted).
double evaluateAccuracy(Executor& executor, const data::Dataset& dataset,
                        std::span<const std::size_t> samples);

/// The same for a graph, on these workers with batches of `batch`.
double evaluateAccuracy(const nn::Graph& graph, const data::Dataset& dataset,
                        std::span<const std::size_t> samples, int batch = 64, const Workers& workers = {});

/// The scores of these samples, a row each, of a graph that rounds as `quantization` says (its outputs are
/// left as they are), batch norms with their running statistics. Throws Error (Input) where there are no
/// samples with labels.
std::vector<float> roundedScores(const nn::Graph& graph, const FakeQuantization& quantization,
                                 const data::Dataset& dataset, std::span<const std::size_t> samples,
                                 int batch = 64, const Workers& workers = {});

/// Share of the right ones among these, the outputs rounded too.
double evaluateRoundedAccuracy(const nn::Graph& graph, const FakeQuantization& quantization,
                               const data::Dataset& dataset, std::span<const std::size_t> samples,
                               int batch = 64, const Workers& workers = {});

/// How far outputs are from the reference's for the same inputs.
struct Agreement {
    double topOne = 1.0;      ///< share of rows whose largest element is at the same place
    double signalToNoise = 0; ///< 10 log10(sum reference^2 / sum (reference - output)^2) in dB
};

/// Two outputs of one shape; the rows are dimension 0 when there are several samples, else the whole is one
/// row. Equal outputs have the signal-to-noise ratio kExactSignalToNoise.
Agreement agreement(const nn::Tensor& reference, const nn::Tensor& output);

/// Stands for no noise at all, in dB.
inline constexpr double kExactSignalToNoise = 200.0;

} // namespace tandem::train
