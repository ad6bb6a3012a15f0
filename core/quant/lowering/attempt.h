// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"

#include <optional>
#include <string>
#include <vector>

namespace tandem::quant {

/// A graph cut into accelerator and host where its nodes' own rules and the marked ones (nn::Node::onHost)
/// have it.
struct Attempt {
    Lowering lowering; ///< not whole where `refusal` is there
    /// Why nothing can leave the accelerator as one map.
    std::optional<std::string> refusal;
    /// "node 'a' (Op) stands between accelerator layers ...", for the first such node that was not marked.
    std::optional<std::string> between;
    std::vector<nn::NodeId> behind; ///< what the host computes behind the accelerator, in order
    std::vector<nn::NodeId> own;    ///< those of them that no accelerator could compute where they stand
    std::vector<nn::NodeId> moved;  ///< those that stand behind one of these
};

/// Throws Error (Input) where there is nothing to accelerate or where more than one value enters.
Attempt attemptToLower(const nn::Graph& graph);

} // namespace tandem::quant
