// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/cost.h"
#include "core/hw/pipeline/weight_stream.h"
#include "core/hw/workload/frame_bytes.h"

#include <algorithm>
#include <vector>

namespace tandem::hw::pipeline {

namespace {

/// A layer whose weights could stream.
struct Candidate {
    std::size_t layer = 0;
    double freed = 0;       ///< block RAM
    std::int64_t bytes = 0; ///< read for a frame
};

/// All layers that then free block RAM and still keep the interval, the cheapest first.
std::vector<Candidate> candidatesOf(const Workload& workload, const Parameters& parameters,
                                    const Budget& budget, std::int64_t interval) {
    std::vector<Candidate> candidates;
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const Layer& layer = workload.layers[l];
        Folding folding = parameters.foldings[l];
        if (streamsWeights(layer, folding)) {
            continue;
        }
        const Resources before = layerResources(layer, folding, budget.family, budget.weightPort);
        folding.weights = WeightStore::Stream;
        if (!streamsWeights(layer, folding) || layerInterval(layer, folding, budget.weightPort) > interval) {
            continue;
        }
        const Resources after = layerResources(layer, folding, budget.family, budget.weightPort);
        const Engine engine = engineOf(layer, folding, budget.weightPort);
        const std::int64_t bytes =
            streamedBytes(layer, weightStreamOf(layer, folding, engine, budget.weightPort));
        if (const double freed = before.bram36() - after.bram36(); freed > 0) {
            candidates.push_back({l, freed, bytes});
        }
    }
    std::ranges::stable_sort(candidates, {}, [](const Candidate& candidate) {
        return static_cast<double>(candidate.bytes) / candidate.freed;
    });
    return candidates;
}

} // namespace

bool streamWhatDoesNotFit(const Workload& workload, Parameters& parameters, const Budget& budget) {
    double excess = resources(workload, parameters, budget.family).bram36() - budget.bram36;
    if (excess <= 0 || budget.memoryBytes <= 0) {
        return false;
    }
    const std::int64_t slowest = interval(workload, parameters);
    double bytes = budget.memoryBytes * static_cast<double>(slowest) -
                   static_cast<double>(inputBytes(workload) + outputBytes(workload));
    std::vector<Candidate> chosen;
    for (const Candidate& candidate : candidatesOf(workload, parameters, budget, slowest)) {
        if (excess > 0 && static_cast<double>(candidate.bytes) <= bytes) {
            excess -= candidate.freed;
            bytes -= static_cast<double>(candidate.bytes);
            chosen.push_back(candidate);
        }
    }
    if (excess > 0) {
        return false;
    }
    // The last one may have freed more than was missing.
    std::ranges::sort(chosen, std::ranges::greater{}, &Candidate::bytes);
    for (const Candidate& candidate : chosen) {
        if (excess + candidate.freed <= 0) {
            excess += candidate.freed;
        } else {
            parameters.foldings[candidate.layer].weights = WeightStore::Stream;
        }
    }
    parameters.weightPort = budget.weightPort;
    return true;
}

} // namespace tandem::hw::pipeline
