// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering/lowering.h"

#include "core/base/error.h"
#include "core/quant/lowering/attempt.h"
#include "core/quant/lowering/host_tail.h"

#include <algorithm>

namespace tandem::quant {

namespace {

bool needsTail(const Attempt& made) {
    return made.refusal || made.between;
}

} // namespace

Lowering lower(const nn::Graph& prepared) {
    Attempt made = attemptToLower(prepared);
    if (!needsTail(made)) {
        return std::move(made.lowering);
    }
    return attemptToLower(markedForHost(prepared, made)).lowering;
}

nn::Graph withHostTail(nn::Graph prepared) {
    const Attempt made = attemptToLower(prepared);
    return needsTail(made) ? markedForHost(std::move(prepared), made) : std::move(prepared);
}

std::vector<std::optional<std::string>> hostReasons(const nn::Graph& prepared) {
    std::vector<std::optional<std::string>> reasons;
    for (const nn::Node& node : prepared.nodes) {
        reasons.push_back(whyHost(prepared, node));
    }
    try {
        const Lowering lowering = lower(prepared);
        for (std::size_t node = 0; node < reasons.size(); ++node) {
            const auto id = static_cast<nn::NodeId>(node);
            if (!std::ranges::binary_search(lowering.hostNodes, id)) {
                reasons[node].reset();
            } else if (!reasons[node]) {
                const auto behind = lowering.tail.find(id);
                reasons[node] =
                    behind != lowering.tail.end() ? behind->second : "it stands at an end of the network";
            }
        }
    } catch (const Error&) { // the nodes' own reasons are all that can be said
    }
    return reasons;
}

} // namespace tandem::quant
