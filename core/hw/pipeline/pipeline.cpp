// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/pipeline.h"

#include "core/hw/pipeline/cost.h"
#include "core/hw/pipeline/engine.h"

#include <algorithm>
#include <numeric>

namespace tandem::hw::pipeline {

namespace {

/// Products that one engine may compute at once; keeps memory words and generated Verilog of a sane size.
constexpr std::int64_t kMostMultipliers = 4096;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Beats of a frame where the streams of a producer and a consumer of `lanes` meet.
std::int64_t meetingBeats(const Layer& consumer, std::size_t input, int producerLanes, int lanes) {
    return inputElements(consumer, input) / std::gcd(producerLanes, lanes);
}

/// Calls visit(folding) for every legal folding, unordered, until it returns false.
template <typename Visit>
void visitFoldings(const Layer& layer, Visit visit) {
    const bool convolution = layer.kind == LayerKind::Convolution;
    const int widest = convolution ? layer.inputChannels : widestLanes(layer);
    for (int simd = 1; simd <= widest; ++simd) {
        if (widest % simd != 0) {
            continue;
        }
        if (!convolution) {
            visit(Folding{simd, simd});
            continue;
        }
        for (int pe = 1; pe <= layer.outputChannels && std::int64_t{pe} * simd <= kMostMultipliers; ++pe) {
            if (layer.outputChannels % pe == 0) {
                visit(Folding{pe, simd});
            }
        }
    }
}

int multipliers(const Layer& layer, const Folding& folding) {
    return layer.kind == LayerKind::Convolution ? folding.pe * folding.simd : folding.pe;
}

} // namespace

bool isLegal(const Layer& layer, const Folding& folding, Multiplier multiplier) {
    switch (multiplier) {
    case Multiplier::Dsp:
        return true;
    case Multiplier::Fabric:
        return traitsOf(layer.kind).hasWeights;
    case Multiplier::Packed:
        break;
    }
    const int together = productsPerDsp(layer, {folding.pe, folding.simd, Multiplier::Packed});
    return layer.kind == LayerKind::Convolution && together > 1 && layer.inputBits < kDspOtherBits &&
           together * (layer.inputBits + layer.weightBits) >= kDspProductBits;
}

std::vector<Folding> legalFoldings(const Layer& layer) {
    std::vector<Folding> foldings;
    visitFoldings(layer, [&](const Folding& folding) { foldings.push_back(folding); });
    std::ranges::sort(foldings, {}, [&](const Folding& folding) {
        return std::pair{multipliers(layer, folding), folding.pe};
    });
    return foldings;
}

std::int64_t layerInterval(const Layer& layer, const Folding& folding, const WeightPort& port) {
    const Engine engine = engineOf(layer, folding, port);
    return std::max(engine.work, engine.inputFrame);
}

Multiplier possibleMultiplier(const Layer& layer, Multiplier wanted) {
    const Folding pair{2, 1};
    const bool even = wanted != Multiplier::Packed || layer.outputChannels % 2 == 0;
    return even && isLegal(layer, pair, wanted) ? wanted : Multiplier::Dsp;
}

Parameters allocate(const Workload& workload, std::int64_t interval,
                    std::span<const Multiplier> multipliersWanted) {
    Parameters parameters;
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const Layer& layer = workload.layers[l];
        const Multiplier multiplier =
            possibleMultiplier(layer, multipliersWanted.empty() ? Multiplier::Dsp : multipliersWanted[l]);
        const bool pairs = multiplier == Multiplier::Packed;
        // Fast enough alone, fast enough where the streams meet, then few multipliers, then few lanes.
        const auto rank = [&](const Folding& folding) {
            const std::int64_t own = layerInterval(layer, folding);
            std::int64_t meeting = 0;
            for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
                const int producer = layer.inputs[i];
                if (producer != kNetworkInput) {
                    const Engine engine =
                        engineOf(workload.layers[at(producer)], parameters.foldings[at(producer)]);
                    meeting = std::max(meeting, meetingBeats(layer, i, engine.outputLanes, folding.simd));
                }
            }
            return std::tuple{std::max(own, interval), std::max(meeting, interval),
                              multipliers(layer, folding), folding.pe};
        };
        Folding best{pairs ? 2 : 1, 1};
        auto bestRank = rank(best);
        visitFoldings(layer, [&](const Folding& folding) {
            const auto candidate = rank(folding);
            if ((!pairs || folding.pe % 2 == 0) && candidate < bestRank) {
                best = folding;
                bestRank = candidate;
            }
        });
        best.multiplier = multiplier;
        parameters.foldings.push_back(best);
    }
    return parameters;
}

std::vector<Engine> enginesOf(const Workload& workload, const Parameters& parameters) {
    std::vector<Engine> engines;
    engines.reserve(workload.layers.size());
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        engines.push_back(engineOf(workload.layers[l], parameters.foldings[l], parameters.weightPort));
        if (!parameters.weightColumns.empty()) {
            engines.back().weightColumns = parameters.weightColumns[l];
        }
    }
    return engines;
}

std::int64_t interval(const Workload& workload, const Parameters& parameters) {
    return interval(workload, enginesOf(workload, parameters));
}

std::int64_t interval(const Workload& workload, std::span<const Engine> engines) {
    std::int64_t slowest = 1;
    int sourceLanes = 0; // the port has the lanes of its first reader
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const Layer& layer = workload.layers[l];
        const Engine& engine = engines[l];
        slowest = std::max({slowest, engine.work, engine.inputFrame});
        for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
            const int producer = layer.inputs[i];
            if (producer == kNetworkInput && sourceLanes == 0) {
                sourceLanes = engine.inputLanes;
            }
            const int lanes = producer == kNetworkInput ? sourceLanes : engines[at(producer)].outputLanes;
            slowest = std::max(slowest, meetingBeats(layer, i, lanes, engine.inputLanes));
        }
    }
    return slowest;
}

} // namespace tandem::hw::pipeline
