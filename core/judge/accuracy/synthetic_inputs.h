// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/nn/graph.h"
#include "core/nn/tensor.h"

#include <cstdint>
#include <vector>

namespace tandem::judge {

/// Seeded inputs for a network that comes without data: smooth random pictures of many scales and contrasts,
/// of which those are taken that make the network's answers as varied as can be. On plain noise most
/// networks give one and the same answer, and agreement would say nothing. The range of values is the one
/// that the model's own quantization names, else that of [0,1], [-1,1], [0,255] and [-2.5,2.5] that brings
/// the most varied answers. For networks too large to be asked so often the first range is taken and nothing
/// chosen, and for very large ones there are fewer than `count` inputs. `prepared` has one input. The same
/// seed gives the same inputs, whatever the number of threads (0: all).
std::vector<nn::Tensor> syntheticInputs(const nn::Graph& prepared, int count, std::uint64_t seed,
                                        const Workers& workers = {});

} // namespace tandem::judge
