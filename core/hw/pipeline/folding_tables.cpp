// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/folding_tables.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace tandem::hw::pipeline {

namespace {

constexpr int kStepsPerOctave = 3;
constexpr std::size_t kMostChoices = 255;

bool isPair(const FoldingTables::Candidate& candidate) {
    return candidate.folding.pe % 2 == 0;
}

} // namespace

FoldingTables::FoldingTables(const SearchedNetwork& network) {
    for (const SearchedNetwork::SearchedLayer& layer : network.layers) {
        Table& table = tables_.emplace_back();
        for (const Layer& shape : layer.shapes) {
            table.faults.push_back(shapeFault(shape));
            table.inputElements.push_back(std::int64_t{shape.inputChannels} * shape.inputHeight *
                                          shape.inputWidth);
            std::vector<Candidate>& candidates = table.candidates.emplace_back();
            for (const Folding& folding : legalFoldings(shape)) {
                candidates.push_back({folding, engineOf(shape, folding)});
            }
        }
    }
    fillIntervals();
    fillFastEnough();
}

void FoldingTables::fillIntervals() {
    std::int64_t fastest = 1, slowest = 1;
    for (const Table& table : tables_) {
        std::int64_t layerFastest = std::numeric_limits<std::int64_t>::max();
        for (const std::vector<Candidate>& candidates : table.candidates) {
            const auto [low, high] = std::ranges::minmax(candidates, {}, &Candidate::cycles);
            layerFastest = std::min(layerFastest, low.cycles());
            slowest = std::max(slowest, high.cycles());
        }
        fastest = std::max(fastest, layerFastest);
    }
    for (double step = 0.0;; step += 1.0) {
        const double target = static_cast<double>(fastest) * std::exp2(step / kStepsPerOctave);
        const auto cycles = std::min(slowest, static_cast<std::int64_t>(std::llround(target)));
        if (intervals_.empty() || cycles > intervals_.back()) {
            intervals_.push_back(cycles);
        }
        if (cycles >= slowest || intervals_.size() == kMostChoices) {
            break;
        }
    }
}

void FoldingTables::fillFastEnough() {
    for (Table& table : tables_) {
        for (const std::vector<Candidate>& candidates : table.candidates) {
            for (const std::int64_t target : intervals_) {
                std::size_t first = 0, pair = 0; // the first fast enough, else the first of the fastest
                for (std::size_t i = 0; i < candidates.size(); ++i) {
                    const auto betters = [&](std::size_t known) {
                        return candidates[known].cycles() > target &&
                               candidates[i].cycles() < candidates[known].cycles();
                    };
                    first = betters(first) ? i : first;
                    if (isPair(candidates[i])) {
                        pair = !isPair(candidates[pair]) || betters(pair) ? i : pair;
                    }
                }
                table.fastEnough.push_back(static_cast<std::uint16_t>(first));
                table.fastPairs.push_back(static_cast<std::uint16_t>(pair));
            }
        }
    }
}

FoldingTables::Candidate FoldingTables::allocate(const LayerOrigin& layer, std::size_t interval,
                                                 std::span<const int> inputs, std::span<const Engine> engines,
                                                 Multiplier multiplier) const {
    const Table& own = tables_[static_cast<std::size_t>(layer.layer)];
    const std::vector<Candidate>& candidates = own.candidates[layer.shape];
    const std::int64_t target = intervals_[interval];
    const std::int64_t elements = own.inputElements[layer.shape];
    const bool pairs = multiplier == Multiplier::Packed;
    const auto meeting = [&](const Candidate& candidate) {
        std::int64_t beats = target;
        for (const int producer : inputs) {
            if (producer != kNetworkInput) {
                const int lanes = engines[static_cast<std::size_t>(producer)].outputLanes;
                beats = std::max(beats, elements / std::gcd(lanes, candidate.folding.simd));
            }
        }
        return beats;
    };
    const std::size_t place = layer.shape * intervals_.size() + interval;
    Candidate best = candidates[pairs ? own.fastPairs[place] : own.fastEnough[place]];
    if (meeting(best) > target) {
        const auto rank = [&](const Candidate& candidate) {
            return std::tuple{pairs && !isPair(candidate), std::max(candidate.cycles(), target),
                              meeting(candidate)};
        };
        best = *std::ranges::min_element(candidates, {}, rank);
    }
    best.folding.multiplier = multiplier;
    best.engine.latency += multiplierLatency(multiplier);
    makeRoom(best.engine);
    return best;
}

} // namespace tandem::hw::pipeline
