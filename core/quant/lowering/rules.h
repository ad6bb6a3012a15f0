// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"

#include <optional>

namespace tandem::quant {

/// [1,C,H,W] or [1,N] as a map.
std::optional<MapShape> mapOf(const nn::Shape& shape);

bool isConstant(const nn::Graph& graph, nn::ValueId value);

} // namespace tandem::quant
