// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/data/dataset.h"
#include "core/nn/graph.h"
#include "core/train/layers/fake_quantization.h"

#include <span>

namespace tandem::train {

/// Sets the steps of `quantization.outputs` in the graph to those with which most of these labelled samples
/// are right: with few bits, a range that clips the largest scores may tell more of the others apart. To be
/// done when a training is over. Throws Error (Input) where the samples have no labels.
void settleOutputs(nn::Graph& graph, const FakeQuantization& quantization, const data::Dataset& dataset,
                   std::span<const std::size_t> samples, int batch = 128, const Workers& workers = {});

} // namespace tandem::train
