// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/hw/pipeline/cost.h"
#include "core/hw/pipeline/weight_stream.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace tandem::hw::pipeline {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// How much of each budget something takes, in the order of Budget's amounts; of memory the cycles that it
/// needs to give a frame's weights.
using Shares = std::array<double, 5>;
constexpr std::size_t kMemory = 4;

Shares sharesOf(const Resources& used, std::int64_t streamed, const Budget& budget) {
    const auto share = [](double amount, double available) {
        return amount <= 0 ? 0.0 : available > 0 ? amount / available : 1e9;
    };
    return {share(used.lut, budget.lut), share(used.ff, budget.ff), share(used.dsp, budget.dsp),
            share(used.bram36(), budget.bram36), share(static_cast<double>(streamed), budget.memoryBytes)};
}

/// The largest share, at an interval.
double largest(const Shares& shares, std::int64_t interval) {
    return std::max(*std::max_element(shares.begin(), shares.begin() + kMemory),
                    shares[kMemory] / static_cast<double>(interval));
}

/// One way to build a layer.
struct Choice {
    Folding folding;
    Engine engine;
    std::int64_t cycles = 0;   ///< of a frame, alone
    std::int64_t streamed = 0; ///< bytes of weights for a frame
    Shares shares{};

    bool streams() const { return streamed > 0; }
};

/// Everything that a layer can be built as, or its pin alone.
std::vector<Choice> choicesOf(const Layer& layer, const Budget& budget, const std::optional<Folding>& pin) {
    std::vector<Choice> choices;
    const auto add = [&](const Folding& folding) {
        const Engine engine = engineOf(layer, folding, budget.weightPort);
        const std::int64_t streamed =
            streamsWeights(layer, folding)
                ? streamedBytes(layer, weightStreamOf(layer, folding, engine, budget.weightPort))
                : 0;
        const Resources used = layerResources(layer, folding, budget.family, budget.weightPort);
        choices.push_back({folding, engine, std::max(engine.work, engine.inputFrame), streamed,
                           sharesOf(used, streamed, budget)});
    };
    if (pin) {
        add(*pin);
        return choices;
    }
    const bool weighs = traitsOf(layer.kind).hasWeights;
    for (Folding folding : legalFoldings(layer)) {
        for (const Multiplier multiplier : kMultipliers) {
            if (!isLegal(layer, folding, multiplier)) {
                continue;
            }
            folding.multiplier = multiplier;
            if (!weighs) {
                add(folding);
                continue;
            }
            for (const WeightStore store : {WeightStore::Block, WeightStore::Luts, WeightStore::Stream}) {
                if (store != WeightStore::Stream || budget.memoryBytes > 0) {
                    folding.weights = store;
                    add(folding);
                }
            }
        }
    }
    return choices;
}

/// Solves for one workload and budget, whatever the interval.
class Solver {
  public:
    Solver(const Workload& workload, const Budget& budget, std::span<const std::optional<Folding>> pins)
        : workload_(workload), budget_(budget) {
        if (!pins.empty() && pins.size() != workload.layers.size()) {
            throw inputError("{} pins for {} layers", pins.size(), workload.layers.size());
        }
        for (std::size_t l = 0; l < workload.layers.size(); ++l) {
            choices_.push_back(
                choicesOf(workload.layers[l], budget, pins.empty() ? std::optional<Folding>() : pins[l]));
        }
        orderStreams();
    }

    /// Every interval that some choice of a layer makes, ascending, from the fastest that all layers can
    /// keep.
    std::vector<std::int64_t> intervals() const {
        std::int64_t fastest = 1;
        std::vector<std::int64_t> all;
        for (const std::vector<Choice>& choices : choices_) {
            fastest = std::max(fastest, std::ranges::min(choices, {}, &Choice::cycles).cycles);
            std::ranges::transform(choices, std::back_inserter(all), &Choice::cycles);
        }
        std::erase_if(all, [&](std::int64_t cycles) { return cycles < fastest; });
        std::ranges::sort(all);
        all.erase(std::ranges::unique(all).begin(), all.end());
        return all;
    }

    /// With as few layers whose weights stream as it takes.
    std::optional<Allocation> solve(std::int64_t interval) const {
        std::optional<Allocation> best = solve(interval, 0);
        if (best || cheapest_.empty()) {
            return best;
        }
        std::size_t low = 1, high = cheapest_.size();
        best = solve(interval, high);
        while (best && low < high) {
            const std::size_t middle = (low + high) / 2;
            if (std::optional<Allocation> made = solve(interval, middle)) {
                best = std::move(made);
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return best;
    }

  private:
    /// Lists the layers that can stream, those first that read the fewest bytes. Pins may stream anyway.
    void orderStreams() {
        const auto bytes = [&](std::size_t l) {
            std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
            for (const Choice& choice : choices_[l]) {
                fewest = choice.streams() ? std::min(fewest, choice.streamed) : fewest;
            }
            return fewest;
        };
        mayStream_.assign(choices_.size(), kNever);
        for (std::size_t l = 0; l < choices_.size(); ++l) {
            const auto streams = std::ranges::count_if(choices_[l], &Choice::streams);
            if (streams == static_cast<std::ptrdiff_t>(choices_[l].size())) {
                mayStream_[l] = 0;
            } else if (streams > 0) {
                cheapest_.push_back(l);
            }
        }
        std::ranges::stable_sort(cheapest_, {}, bytes);
        for (std::size_t i = 0; i < cheapest_.size(); ++i) {
            mayStream_[cheapest_[i]] = i + 1;
        }
    }

    /// Prices each resource by how scarce it is: all layers take what is cheapest, then single layers change
    /// what they are made of where that brings the scarcest resource down. What is still too much of gets
    /// dearer. Of all that fit, the one that leaves most of the scarcest. The weights of the `streams`
    /// cheapest layers may stream.
    std::optional<Allocation> solve(std::int64_t interval, std::size_t streams) const {
        constexpr int kRounds = 40;
        Shares prices;
        prices.fill(1.0);
        double least = 1.0 + 1e-9;
        std::optional<Allocation> best;
        for (int round = 0; round < kRounds; ++round) {
            std::vector<const Choice*> chosen = choose(interval, prices, streams);
            Shares priced = totalOf(chosen).second;
            priced[kMemory] /= static_cast<double>(interval);
            spread(chosen, interval, streams);
            auto [made, shares] = totalOf(chosen);
            if (made.interval > interval) {
                return std::nullopt;
            }
            if (const double most = largest(shares, made.interval); most < least) {
                least = most;
                best = std::move(made);
            }
            const double step = 1.0 / (1.0 + 0.2 * round);
            for (std::size_t r = 0; r < shares.size(); ++r) {
                prices[r] *= std::pow(std::clamp(priced[r], 0.5, 2.0), step);
            }
        }
        return best;
    }

    bool allowed(std::size_t layer, const Choice& choice, std::size_t streams) const {
        return !choice.streams() || mayStream_[layer] <= streams;
    }

    /// The cheapest choice of every layer that keeps the interval, alone and where it meets its producers.
    std::vector<const Choice*> choose(std::int64_t interval, Shares prices, std::size_t streams) const {
        prices[kMemory] /= static_cast<double>(interval);
        std::vector<const Choice*> chosen;
        for (std::size_t l = 0; l < choices_.size(); ++l) {
            const Layer& layer = workload_.layers[l];
            const std::int64_t elements =
                std::int64_t{layer.inputHeight} * layer.inputWidth * layer.inputChannels;
            const auto rank = [&](const Choice& choice) {
                std::int64_t cycles = std::max(interval, choice.cycles);
                for (const int producer : layer.inputs) {
                    if (producer != kNetworkInput) {
                        const int lanes =
                            std::gcd(chosen[at(producer)]->engine.outputLanes, choice.engine.inputLanes);
                        cycles = std::max(cycles, elements / lanes);
                    }
                }
                return std::tuple{
                    !allowed(l, choice, streams), cycles,
                    std::inner_product(prices.begin(), prices.end(), choice.shares.begin(), 0.0)};
            };
            chosen.push_back(&*std::ranges::min_element(choices_[l], {}, rank));
        }
        return chosen;
    }

    std::pair<Allocation, Shares> totalOf(std::span<const Choice* const> chosen) const {
        Allocation made;
        made.parameters.weightPort = budget_.weightPort;
        std::vector<Engine> engines;
        std::int64_t streamed = 0;
        for (const Choice* choice : chosen) {
            made.parameters.foldings.push_back(choice->folding);
            engines.push_back(choice->engine);
            streamed += choice->streamed;
        }
        made.interval = pipeline::interval(workload_, engines);
        made.resources = resources(workload_, made.parameters, engines, budget_.family);
        return {made, sharesOf(made.resources, streamed, budget_)};
    }

    /// While that lowers the largest share: gives the layer where it helps most another multiplier or weight
    /// store, with the same lanes.
    void spread(std::vector<const Choice*>& chosen, std::int64_t interval, std::size_t streams) const {
        Shares total = totalOf(chosen).second;
        while (true) {
            double least = largest(total, interval) - 1e-6;
            std::size_t layer = 0;
            const Choice* better = nullptr;
            for (std::size_t l = 0; l < chosen.size(); ++l) {
                for (const Choice& choice : choices_[l]) {
                    if (choice.folding.pe != chosen[l]->folding.pe ||
                        choice.folding.simd != chosen[l]->folding.simd || choice.cycles > interval ||
                        !allowed(l, choice, streams)) {
                        continue;
                    }
                    const double most = largest(moved(total, *chosen[l], choice), interval);
                    if (most < least) {
                        least = most;
                        layer = l;
                        better = &choice;
                    }
                }
            }
            if (better == nullptr) {
                return;
            }
            total = moved(total, *chosen[layer], *better);
            chosen[layer] = better;
        }
    }

    static Shares moved(Shares total, const Choice& from, const Choice& to) {
        for (std::size_t r = 0; r < total.size(); ++r) {
            total[r] += to.shares[r] - from.shares[r];
        }
        return total;
    }

    const Workload& workload_;
    const Budget& budget_;
    std::vector<std::vector<Choice>> choices_;
    std::vector<std::size_t> cheapest_;  ///< layers whose weights can stream, in the order in which they may
    std::vector<std::size_t> mayStream_; ///< per layer: how many of those must be allowed for it to be
    static constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();
};

} // namespace

std::optional<Allocation> allocate(const Workload& workload, std::int64_t interval, const Budget& budget,
                                   std::span<const std::optional<Folding>> pins) {
    return Solver(workload, budget, pins).solve(interval);
}

std::optional<Allocation> allocate(const Workload& workload, const Budget& budget,
                                   std::span<const std::optional<Folding>> pins) {
    const Solver solver(workload, budget, pins);
    const std::vector<std::int64_t> intervals = solver.intervals();
    std::optional<Allocation> best;
    std::size_t low = 0, high = intervals.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (std::optional<Allocation> made = solver.solve(intervals[middle])) {
            best = std::move(made);
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return best;
}

} // namespace tandem::hw::pipeline
