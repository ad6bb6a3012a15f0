// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <cstdint>

namespace tandem::nn {

/// What a whole network costs.
struct NetworkSize {
    std::int64_t parameters = 0; ///< trained ones: weights, biases, batch norms
    std::int64_t operations = 0; ///< multiply-accumulates for one input
};

NetworkSize sizeOf(const Graph& graph);

} // namespace tandem::nn
