// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <optional>

namespace tandem::train {

/// The batch-1 graph made to compute `batch` samples at once: dimension 0 of every value that depends on an
/// input is multiplied by `batch`. Nothing when a node mixes dimension 0 with others, so that samples would
/// not stay apart (a transpose that moves it, a reshape that changes it, a softmax over it, ...).
std::optional<nn::Graph> batched(nn::Graph graph, int batch);

} // namespace tandem::train
