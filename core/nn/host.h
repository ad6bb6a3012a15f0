// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <optional>
#include <string>

namespace tandem::nn {

/// Why a node of a prepared graph (see passes.h) must run on the host, in a few words for the screen; nothing
/// when the pipeline template computes it. Hardware does Convolution, Linear, Pool without dilation, global
/// average pooling, Add of two computed tensors of one shape, Relu and Clip that fold into their producer's
/// clamp, and Reshape that only flattens in front of a Linear.
std::optional<std::string> hardwareSupport(const Graph& graph, const Node& node);

} // namespace tandem::nn
