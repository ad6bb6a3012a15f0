// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/hw/pipeline_netlist.h"
#include "core/hw/workload_of.h"
#include "tests/core/support/random_integer_network.h"

#include <gtest/gtest.h>

#include <limits>

namespace tandem::hw::pipeline {
namespace {

std::vector<Folding> everyChoice(const Layer& layer) {
    std::vector<Folding> choices;
    for (Folding folding : legalFoldings(layer)) {
        for (const Multiplier multiplier : kMultipliers) {
            if (isLegal(layer, folding, multiplier)) {
                folding.multiplier = multiplier;
                for (const WeightStore store : {WeightStore::Block, WeightStore::Luts}) {
                    folding.weights = store;
                    choices.push_back(folding);
                }
            }
        }
    }
    return choices;
}

bool fits(const Resources& used, const Budget& budget) {
    return used.lut <= budget.lut && used.ff <= budget.ff && used.dsp <= budget.dsp &&
           used.bram36() <= budget.bram36;
}

/// The shortest interval of all pipelines within the budget, by trying them all.
std::int64_t shortestOfAll(const Workload& workload, const Budget& budget) {
    std::int64_t best = std::numeric_limits<std::int64_t>::max();
    std::vector<std::vector<Folding>> choices;
    for (const Layer& layer : workload.layers) {
        choices.push_back(everyChoice(layer));
    }
    std::vector<std::size_t> index(choices.size(), 0);
    while (true) {
        Parameters parameters;
        for (std::size_t l = 0; l < index.size(); ++l) {
            parameters.foldings.push_back(choices[l][index[l]]);
        }
        const std::int64_t cycles = interval(workload, parameters);
        if (cycles < best && fits(resources(workload, parameters, budget.family), budget)) {
            best = cycles;
        }
        std::size_t l = 0;
        while (l < index.size() && ++index[l] == choices[l].size()) {
            index[l++] = 0;
        }
        if (l == index.size()) {
            return best;
        }
    }
}

Workload randomWorkload(std::uint64_t seed, int layers, int channels) {
    Random random(seed);
    return workloadOf(
        test::RandomNetwork(random, {.layers = layers, .channels = channels, .size = 8}).make());
}

TEST(Allocate, FindsAlmostAlwaysTheFastestPipelineThatFits) {
    int solved = 0, fastest = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const Workload workload = randomWorkload(seed, 2, 6);
        if (workload.layers.size() > 2) {
            continue;
        }
        const Budget budget{400.0 + 40.0 * static_cast<double>(seed), 4000,
                            4.0 + static_cast<double>(seed % 20), 0.5 * static_cast<double>(seed % 4)};
        const std::optional<Allocation> made = allocate(workload, budget);
        const std::int64_t best = shortestOfAll(workload, budget);
        SCOPED_TRACE(seed);
        if (!made) {
            solved += best != std::numeric_limits<std::int64_t>::max() ? 1 : 0;
            continue;
        }
        check(workload, made->parameters);
        EXPECT_EQ(made->interval, interval(workload, made->parameters));
        EXPECT_TRUE(fits(resources(workload, made->parameters, budget.family), budget));
        ++solved;
        fastest += made->interval == best ? 1 : 0;
    }
    EXPECT_GE(solved, 20);
    EXPECT_GE(fastest, solved * 9 / 10) << "of " << solved;
}

TEST(Allocate, KeepsPinsAndTheIntervalThatItIsGiven) {
    for (std::uint64_t seed = 100; seed < 130; ++seed) {
        const Workload workload = randomWorkload(seed, 6, 12);
        const Budget ample{1e6, 1e6, 1e4, 1e4};
        const std::optional<Allocation> free = allocate(workload, ample);
        ASSERT_TRUE(free.has_value());
        std::vector<std::optional<Folding>> pins(workload.layers.size());
        const std::vector<Folding> choices = everyChoice(workload.layers.back());
        pins.back() = choices[seed % choices.size()];
        const std::optional<Allocation> pinned = allocate(workload, 4 * free->interval, ample, pins);
        if (pinned) {
            EXPECT_EQ(pinned->parameters.foldings.back(), *pins.back());
            EXPECT_LE(pinned->interval, 4 * free->interval);
        } else {
            EXPECT_GT(layerInterval(workload.layers.back(), *pins.back()), 4 * free->interval);
        }
    }
    const Workload workload = randomWorkload(1, 3, 4);
    const std::vector<std::optional<Folding>> tooMany(workload.layers.size() + 1);
    EXPECT_THROW(allocate(workload, Budget{}, tooMany), Error);
    EXPECT_FALSE(allocate(workload, Budget{}).has_value()) << "nothing fits into nothing";
}

} // namespace
} // namespace tandem::hw::pipeline
