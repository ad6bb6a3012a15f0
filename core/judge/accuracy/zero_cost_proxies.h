// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <span>

namespace tandem::judge {

// What an untrained network promises, at the cost of one pass. Such figures have no unit: they only rank
// networks of one space, and how well they do is for kendallTau() to say. Each is called `proxy`, never
// accuracy.

/// Synaptic flow (Tanaka, Kunin, Yamins, Ganguli 2020): with the absolute values of all parameters,
/// activations left out and ones as input, the sum of w * dR/dw over all weights, R being the sum of the
/// scores. Needs no data. Throws Error (Input) naming the node that cannot be differentiated, Error (Work)
/// when the network is so deep that float32 overflows.
double synFlow(const nn::Graph& graph);

/// NASWOT (Mellor, Turner, Storkey, Crowley 2021): the logarithm of the determinant of the kernel that
/// counts, for every two inputs, the rectifiers (ReLU, leaky ReLU, clips) which both switch on or both switch
/// off. Minus infinity where two inputs are not told apart. Throws Error (Input) without rectifiers or
/// inputs.
double activationOverlap(const nn::Graph& graph, std::span<const nn::Tensor> inputs);

/// Euclidean norm of the gradient of the mean cross entropy by all weights, one pass (Abdelfattah, Mehrotra,
/// Dudziak, Lane 2021). Inputs in the network's own shape, a label each. Throws Error (Input) when they do
/// not fit.
double gradientNorm(const nn::Graph& graph, std::span<const nn::Tensor> inputs, std::span<const int> labels);

} // namespace tandem::judge
