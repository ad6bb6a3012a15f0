// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/passes.h"

namespace tandem::nn {

Graph prepare(const Graph& graph) {
    using namespace passes;
    constexpr int kMaxRounds = 32; // every pass shrinks the graph or pushes something down; a few rounds do
    Graph result = graph;
    for (int round = 0; round < kMaxRounds; ++round) {
        bool changed = false;
        for (const auto pass : {foldQuantization, foldFakeQuantization, foldConstants, removeIdentities,
                                recogniseLinear, cancelTransposes, cancelReshapes, foldPads,
                                foldBatchNormalization, mirrorTransposedConvolutions, removeDeadCode}) {
            changed = pass(result) || changed;
        }
        if (!changed && !normalizeByConvolution(result) && !layOutVectors(result)) {
            break;
        }
    }
    result.check();
    return result;
}

} // namespace tandem::nn
