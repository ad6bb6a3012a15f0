// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/data/dataset.h"
#include "core/nn/graph.h"
#include "core/train/layers/fake_quantization.h"

#include <span>

namespace tandem::train {

/// Sets the batch norms' running statistics to the means of those of batches of `batch` of these samples
/// (what does not fill a batch is left out), the network rounding as `quantization` says. To be done when
/// weights were changed or averaged. Throws Error (Input) where the samples fill no batch.
void recalibrateStatistics(nn::Graph& graph, const FakeQuantization& quantization,
                           const data::Dataset& dataset, std::span<const std::size_t> samples,
                           int batch = 128, const Workers& workers = {});

} // namespace tandem::train
