// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/hw/pipeline_cost.h"
#include "core/hw/pipeline_engine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

namespace tandem::hw::pipeline {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// How much of each budget something takes; the order of Budget's amounts.
using Shares = std::array<double, 4>;

Shares sharesOf(const Resources& used, const Budget& budget) {
    const auto share = [](double amount, double available) {
        return amount <= 0 ? 0.0 : available > 0 ? amount / available : 1e9;
    };
    return {share(used.lut, budget.lut), share(used.ff, budget.ff), share(used.dsp, budget.dsp),
            share(used.bram36(), budget.bram36)};
}

/// One way to build a layer.
struct Choice {
    Folding folding;
    Engine engine;
    std::int64_t cycles = 0; ///< of a frame, alone
    Shares shares{};
};

/// Everything that a layer can be built as, or its pin alone.
std::vector<Choice> choicesOf(const Layer& layer, const Budget& budget, const std::optional<Folding>& pin) {
    std::vector<Choice> choices;
    const auto add = [&](const Folding& folding) {
        const Engine engine = engineOf(layer, folding);
        choices.push_back({folding, engine, std::max(engine.work, engine.inputFrame),
                           sharesOf(layerResources(layer, folding, budget.family), budget)});
    };
    if (pin) {
        add(*pin);
        return choices;
    }
    const bool weighs = layer.kind == LayerKind::Convolution || layer.kind == LayerKind::DepthwiseConvolution;
    for (Folding folding : legalFoldings(layer)) {
        for (const Multiplier multiplier : kMultipliers) {
            if (!isLegal(layer, folding, multiplier)) {
                continue;
            }
            folding.multiplier = multiplier;
            for (const WeightStore store : {WeightStore::Block, WeightStore::Luts}) {
                folding.weights = weighs ? store : WeightStore::Smaller;
                add(folding);
                if (!weighs) {
                    break;
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

    /// Prices each resource by how scarce it is: all layers take what is cheapest, then single layers change
    /// what they are made of where that brings the scarcest resource down. What is still too much of gets
    /// dearer. Of all that fit, the one that leaves most of the scarcest.
    std::optional<Allocation> solve(std::int64_t interval) const {
        constexpr int kRounds = 40;
        Shares prices;
        prices.fill(1.0);
        double least = 1.0 + 1e-9;
        std::optional<Allocation> best;
        for (int round = 0; round < kRounds; ++round) {
            std::vector<const Choice*> chosen = choose(interval, prices);
            const Shares priced = totalOf(chosen).second;
            spread(chosen);
            auto [made, shares] = totalOf(chosen);
            if (made.interval > interval) {
                return std::nullopt;
            }
            if (const double most = std::ranges::max(shares); most < least) {
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

  private:
    /// The cheapest choice of every layer that keeps the interval, alone and where it meets its producers.
    std::vector<const Choice*> choose(std::int64_t interval, const Shares& prices) const {
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
                return std::pair{
                    cycles, std::inner_product(prices.begin(), prices.end(), choice.shares.begin(), 0.0)};
            };
            chosen.push_back(&*std::ranges::min_element(choices_[l], {}, rank));
        }
        return chosen;
    }

    std::pair<Allocation, Shares> totalOf(std::span<const Choice* const> chosen) const {
        Allocation made;
        std::vector<Engine> engines;
        for (const Choice* choice : chosen) {
            made.parameters.foldings.push_back(choice->folding);
            engines.push_back(choice->engine);
        }
        made.interval = pipeline::interval(workload_, engines);
        made.resources = resources(workload_, made.parameters, engines, budget_.family);
        return {made, sharesOf(made.resources, budget_)};
    }

    /// While that lowers the largest share: gives the layer where it helps most another multiplier or weight
    /// store, with the same lanes.
    void spread(std::vector<const Choice*>& chosen) const {
        Shares total = totalOf(chosen).second;
        while (true) {
            double least = std::ranges::max(total) - 1e-6;
            std::size_t layer = 0;
            const Choice* better = nullptr;
            for (std::size_t l = 0; l < chosen.size(); ++l) {
                for (const Choice& choice : choices_[l]) {
                    if (choice.folding.pe != chosen[l]->folding.pe ||
                        choice.folding.simd != chosen[l]->folding.simd) {
                        continue;
                    }
                    const double most = std::ranges::max(moved(total, *chosen[l], choice));
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
