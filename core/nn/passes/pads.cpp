// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

/// The padding of rows and columns, when a Pad adds nothing but zeros there.
std::optional<Padding> mapPadding(const Pad& pad) {
    if (pad.mode != PadMode::Constant || pad.value != 0.0F || pad.before.size() != 4) {
        return std::nullopt;
    }
    constexpr std::int64_t kLargest = 1 << 20;
    for (std::size_t i = 0; i < 4; ++i) {
        for (const std::int64_t count : {pad.before[i], pad.after[i]}) {
            if (count < 0 || count > kLargest || (i < 2 && count != 0)) {
                return std::nullopt;
            }
        }
    }
    return Padding{static_cast<int>(pad.before[2]), static_cast<int>(pad.before[3]),
                   static_cast<int>(pad.after[2]), static_cast<int>(pad.after[3])};
}

Padding sum(const Padding& a, const Padding& b) {
    return {a.top + b.top, a.left + b.left, a.bottom + b.bottom, a.right + b.right};
}

/// Whether the operator can take zeros around its input as padding of its own.
bool takePadding(Operator& op, const Padding& added, bool isNonNegativeInput) {
    if (auto* convolution = std::get_if<Convolution>(&op)) {
        convolution->padding = sum(convolution->padding, added);
        return true;
    }
    auto* pool = std::get_if<Pool>(&op);
    if (pool == nullptr) {
        return false;
    }
    if (pool->kind == PoolKind::Maximum) {
        // A zero never beats what a Relu gave, as long as every window holds a cell of the map.
        const Padding joined = sum(pool->padding, added);
        const bool isCovered = std::max(joined.top, joined.bottom) < pool->kernel.height &&
                               std::max(joined.left, joined.right) < pool->kernel.width;
        if (!isNonNegativeInput || !isCovered || pool->dilation != Extent{1, 1}) {
            return false;
        }
        pool->padding = joined;
        return true;
    }
    if (!pool->countPadding && pool->padding != Padding{}) {
        return false;
    }
    pool->padding = sum(pool->padding, added);
    pool->countPadding = true;
    return true;
}

} // namespace

bool foldPads(Graph& graph) {
    bool changed = false;
    for (Node& node : graph.nodes) {
        if (node.inputs.empty() || node.outputs.size() != 1) {
            continue;
        }
        const Wiring wiring(graph);
        const NodeId padId = wiring.soleProducer<Pad>(node.inputs[0]);
        if (padId < 0) {
            continue;
        }
        const Node& pad = graph.node(padId);
        const auto padding = mapPadding(std::get<Pad>(pad.op));
        if (padding && takePadding(node.op, *padding, isNonNegative(wiring, pad.inputs[0]))) {
            node.inputs[0] = pad.inputs[0];
            changed = true;
        }
    }
    return changed;
}

} // namespace tandem::nn::passes
