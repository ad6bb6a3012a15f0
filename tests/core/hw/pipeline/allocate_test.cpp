// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/hw/pipeline/netlist.h"
#include "core/hw/workload/workload_of.h"
#include "tests/core/support/random_integer_network.h"

#include <gtest/gtest.h>

#include <limits>

namespace tandem::hw::pipeline {
namespace {

std::vector<Folding> everyChoice(const Layer& layer, bool streams = false) {
    std::vector<Folding> choices;
    for (Folding folding : legalFoldings(layer)) {
        for (const Multiplier multiplier : kMultipliers) {
            if (isLegal(layer, folding, multiplier)) {
                folding.multiplier = multiplier;
                for (const WeightStore store : {WeightStore::Block, WeightStore::Luts, WeightStore::Stream}) {
                    folding.weights = store;
                    if (store != WeightStore::Stream || (streams && streamsWeights(layer, folding))) {
                        choices.push_back(folding);
                    }
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
        choices.push_back(everyChoice(layer, budget.memoryBytes > 0));
    }
    std::vector<std::size_t> index(choices.size(), 0);
    while (true) {
        Parameters parameters;
        parameters.weightPort = budget.weightPort;
        for (std::size_t l = 0; l < index.size(); ++l) {
            parameters.foldings.push_back(choices[l][index[l]]);
        }
        const std::int64_t cycles = interval(workload, parameters);
        const double given = budget.memoryBytes * static_cast<double>(cycles);
        if (cycles < best && static_cast<double>(streamedBytes(workload, parameters)) <= given &&
            fits(resources(workload, parameters, budget.family), budget)) {
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
        EXPECT_EQ(fault(workload, made->parameters), std::nullopt);
        EXPECT_EQ(made->interval, interval(workload, made->parameters));
        EXPECT_TRUE(fits(resources(workload, made->parameters, budget.family), budget));
        ++solved;
        fastest += made->interval == best ? 1 : 0;
    }
    EXPECT_GE(solved, 20);
    EXPECT_GE(fastest, solved * 9 / 10) << "of " << solved;
}

std::ptrdiff_t streamsOf(const Workload& workload, const Parameters& parameters) {
    return std::ranges::count_if(netlistOf(workload, parameters).weightStreams,
                                 [](const auto& stream) { return stream.has_value(); });
}

/// 96 channels to 32 to 10, of one pixel.
Workload fullyConnected() {
    Workload workload{96, 1, 1, 8, true, {}};
    for (const auto& [inputs, outputs] : {std::pair{96, 32}, {32, 10}}) {
        Layer layer;
        layer.inputs = {static_cast<int>(workload.layers.size()) - 1};
        layer.inputChannels = inputs;
        layer.outputChannels = outputs;
        layer.accumulatorBits = 22;
        workload.layers.push_back(layer);
    }
    return workload;
}

TEST(Allocate, LetsWeightsStreamWhereNothingElseFits) {
    int needed = 0, solved = 0, fastest = 0;
    const Workload workload = fullyConnected();
    for (int seed = 0; seed < 12; ++seed) {
        SCOPED_TRACE(seed);
        Budget budget{400.0 + 60.0 * seed, 4000, 4.0 + seed % 20, 0.5 * (seed % 3)};
        const std::optional<Allocation> whole = allocate(workload, budget);
        budget.memoryBytes = 1.0 + seed % 5;
        budget.weightPort = {32, {1 + seed % 7, 1 + seed % 3}};
        const std::optional<Allocation> made = allocate(workload, budget);
        const std::int64_t best = shortestOfAll(workload, budget);
        solved += best != std::numeric_limits<std::int64_t>::max() ? 1 : 0;
        if (!made) {
            EXPECT_FALSE(whole.has_value());
            continue;
        }
        const Parameters& parameters = made->parameters;
        EXPECT_EQ(fault(workload, parameters), std::nullopt);
        EXPECT_EQ(made->interval, interval(workload, parameters));
        EXPECT_EQ(made->interval, exactTiming(workload, parameters).interval);
        EXPECT_TRUE(fits(resources(workload, parameters, budget.family), budget));
        EXPECT_LE(static_cast<double>(streamedBytes(workload, parameters)),
                  budget.memoryBytes * static_cast<double>(made->interval) * (1 + 1e-9));
        fastest += made->interval == best ? 1 : 0;
        if (whole && whole->interval == made->interval) {
            EXPECT_EQ(streamsOf(workload, parameters), 0) << "streams without need";
        } else {
            EXPECT_GT(streamsOf(workload, parameters), 0);
            ++needed;
        }
    }
    EXPECT_GE(needed, 4);
    EXPECT_GE(fastest, solved * 8 / 10) << "of " << solved;
}

TEST(Allocate, StreamsWhatTheBlockRamCannotHold) {
    int streamed = 0;
    for (std::uint64_t seed = 200; seed < 260; ++seed) {
        SCOPED_TRACE(seed);
        const Workload workload = randomWorkload(seed, 6, 24);
        Parameters whole = allocate(workload, 2000);
        for (Folding& folding : whole.foldings) {
            folding.weights = WeightStore::Block;
        }
        const double used = resources(workload, whole, DeviceFamily::Xilinx7).bram36();
        Budget budget{0, 0, 0, used / 2};
        Parameters parameters = whole;
        EXPECT_FALSE(streamWhatDoesNotFit(workload, parameters, budget)) << "there is no memory";
        budget.memoryBytes = 4;
        if (!streamWhatDoesNotFit(workload, parameters, budget)) {
            EXPECT_EQ(parameters.foldings, whole.foldings);
            continue;
        }
        ++streamed;
        EXPECT_GT(streamsOf(workload, parameters), 0);
        EXPECT_LE(resources(workload, parameters, DeviceFamily::Xilinx7).bram36(), budget.bram36);
        EXPECT_EQ(interval(workload, parameters), interval(workload, whole));
        EXPECT_LE(static_cast<double>(streamedBytes(workload, parameters)),
                  budget.memoryBytes * static_cast<double>(interval(workload, parameters)));
        // Every one of them is needed.
        for (Folding& folding : parameters.foldings) {
            if (folding.weights == WeightStore::Stream) {
                folding.weights = WeightStore::Block;
                EXPECT_GT(resources(workload, parameters, DeviceFamily::Xilinx7).bram36(), budget.bram36);
                folding.weights = WeightStore::Stream;
            }
        }
    }
    EXPECT_GE(streamed, 20);
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
