// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/hw/pipeline/timing.h"
#include "core/hw/workload/workload_of.h"
#include "tests/core/support/random_integer_network.h"

#include <gtest/gtest.h>

namespace tandem::hw::pipeline {
namespace {

Parameters randomFoldings(Random& random, const Workload& workload) {
    Parameters parameters;
    for (const Layer& layer : workload.layers) {
        const std::vector<Folding> legal = legalFoldings(layer);
        parameters.foldings.push_back(legal[random.below(legal.size())]);
        Folding& folding = parameters.foldings.back();
        const Multiplier multiplier = kMultipliers[random.below(std::size(kMultipliers))];
        folding.multiplier = isLegal(layer, folding, multiplier) ? multiplier : Multiplier::Dsp;
    }
    return parameters;
}

/// The weights of about half the layers come from a memory of any speed.
void streamSome(Random& random, const Workload& workload, Parameters& parameters) {
    parameters.weightPort.busBits = 8 << random.below(6);
    parameters.weightPort.memory = {static_cast<int>(1 + random.below(100)),
                                    static_cast<int>(1 + random.below(4))};
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        if (random.below(2) == 0) {
            parameters.foldings[l].weights = WeightStore::Stream;
        }
    }
}

/// Random networks of different depth, width and size with random foldings.
class RandomDesigns : public ::testing::Test {
  protected:
    template <typename Visit>
    static void visit(std::uint64_t designs, Visit visit) {
        for (std::uint64_t seed = 0; seed < designs && !HasFailure(); ++seed) {
            SCOPED_TRACE(seed);
            Random random(seed);
            const int s = static_cast<int>(seed);
            test::RandomNetwork maker(random, {.layers = 2 + s % 9,
                                               .channels = 4 + s % 5 * 5,
                                               .size = 6 + s % 4 * 9,
                                               .tables = s % 2 == 1,
                                               .concats = s % 2 == 1,
                                               .selects = s % 2 == 1,
                                               .expands = s % 2 == 1,
                                               .scales = s % 2 == 1,
                                               .blocks = s % 2 == 1});
            const Workload workload = workloadOf(maker.make());
            visit(workload, randomFoldings(random, workload));
        }
    }
};

TEST_F(RandomDesigns, ClosedFormIntervalEqualsTheReplay) {
    visit(3000, [](const Workload& workload, const Parameters& parameters) {
        EXPECT_EQ(interval(workload, parameters), exactTiming(workload, parameters).interval);
    });
}

TEST_F(RandomDesigns, ClosedFormIntervalEqualsTheReplayWhereWeightsStream) {
    int limited = 0;
    Random random(1);
    visit(2000, [&](const Workload& workload, Parameters parameters) {
        const std::int64_t before = interval(workload, parameters);
        streamSome(random, workload, parameters);
        EXPECT_EQ(interval(workload, parameters), exactTiming(workload, parameters).interval);
        limited += interval(workload, parameters) > before ? 1 : 0;
    });
    EXPECT_GT(limited, 200) << "memory must set the pace of some";
}

TEST_F(RandomDesigns, LeastBuffersKeepEveryFrameInItsPlace) {
    int smaller = 0;
    visit(400, [&](const Workload& workload, const Parameters& parameters) {
        const Parameters least = withLeastBuffers(workload, parameters);
        const FrameCycles before = exactTiming(workload, parameters), after = exactTiming(workload, least);
        EXPECT_EQ(after.latency, before.latency);
        EXPECT_EQ(after.interval, before.interval);
        const std::vector<std::int64_t> generous = netlistOf(workload, parameters).inputBeats;
        for (std::size_t i = 0; i < least.inputBeats.size(); ++i) {
            EXPECT_LE(least.inputBeats[i], generous[i]);
            smaller += least.inputBeats[i] < generous[i] ? 1 : 0;
        }
        const Resources more = resources(workload, parameters, DeviceFamily::Xilinx7),
                        less = resources(workload, least, DeviceFamily::Xilinx7);
        EXPECT_LE(less.bram36(), more.bram36());
    });
    EXPECT_GT(smaller, 50);
}

/// The frames' last beats; none where the design comes to a standstill.
std::vector<std::int64_t> lastBeats(const Workload& workload, const Parameters& parameters) {
    try {
        return replay(workload, netlistOf(workload, parameters), 6).lastOutput;
    } catch (const Error&) {
        return {};
    }
}

/// What withLeastBuffers is said to do, each buffer tried with a replay of everything.
Parameters leastByReplays(const Workload& workload, const Parameters& parameters) {
    Parameters least = parameters;
    least.inputBeats = netlistOf(workload, parameters).inputBeats;
    const std::vector<std::int64_t> wanted = lastBeats(workload, least);
    for (std::int64_t& beats : least.inputBeats) {
        const auto suffices = [&](std::int64_t fewer) {
            const std::int64_t before = std::exchange(beats, fewer);
            const bool same = lastBeats(workload, least) == wanted;
            beats = same ? fewer : before;
            return same;
        };
        while (beats > 1 && suffices((std::int64_t{1} << log2Ceil(beats)) / 2)) {
        }
        const std::int64_t whole = std::int64_t{1} << log2Ceil(beats);
        for (const std::int64_t part : {whole / 8 * 5, whole / 4 * 3}) {
            if (part < beats && bufferFor(part).second > 0 && suffices(part)) {
                break;
            }
        }
    }
    return least;
}

TEST_F(RandomDesigns, LeastBuffersAreThoseOfWholeReplays) {
    int buffers = 0;
    visit(120, [&](const Workload& workload, const Parameters& parameters) {
        const Parameters expected = leastByReplays(workload, parameters);
        const Parameters found = withLeastBuffers(workload, parameters);
        const auto held = [](std::int64_t beats) { return beats > 0; };
        if (std::ranges::any_of(expected.inputBeats, held)) {
            EXPECT_EQ(found.inputBeats, expected.inputBeats);
            buffers += static_cast<int>(std::ranges::count_if(expected.inputBeats, held));
        }
    });
    EXPECT_GT(buffers, 50);
}

TEST_F(RandomDesigns, LatencyEstimateIsNearTheReplay) {
    std::vector<double> errors;
    visit(1000, [&](const Workload& workload, const Parameters& parameters) {
        const auto exact = static_cast<double>(exactTiming(workload, parameters).latency);
        const auto estimate = static_cast<double>(latencyEstimate(workload, parameters));
        errors.push_back(std::abs(estimate - exact) / exact);
    });
    std::ranges::sort(errors);
    // Half of the designs to the cycle; the rest wait for each other in ways that rows do not show.
    EXPECT_LE(errors[errors.size() / 2], 0.002);
    EXPECT_LE(errors[errors.size() * 9 / 10], 0.02);
}

} // namespace
} // namespace tandem::hw::pipeline
