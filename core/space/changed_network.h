// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"
#include "core/space/plan.h"
#include "core/space/resolution.h"

namespace tandem::space {

/// The network that a resolution asks for: channels removed, kernels cropped, runs left out, weights carried
/// over. Inputs, outputs and their shapes stay.
nn::Graph changedNetwork(const nn::Graph& graph, const quant::Lowering& lowering, const Plan& plan,
                         const Resolution& resolution);

} // namespace tandem::space
