// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_spec.h"
#include "core/nn/graph.h"

#include <optional>
#include <string>

namespace tandem::data {

/// The range of numbers that a network expects, and what of it says so.
struct FoundRange {
    ByteRange range;
    std::string reason;
};

/// What the imported network's first operators say about its one input's range: a quantizer by its scale and
/// zero point; a BatchNormalization, or a Sub, Add, Mul or Div by constants, by which usual range it brings
/// nearest to a mean of 0 and a deviation of 1. Nothing when they say nothing.
std::optional<FoundRange> inputRange(const nn::Graph& imported);

} // namespace tandem::data
