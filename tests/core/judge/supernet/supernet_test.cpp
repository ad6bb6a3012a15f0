// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/judge/supernet/supernet.h"
#include "core/quant/tuning/fine_tuning.h"
#include "core/train/metrics.h"
#include "tests/core/judge/supernet/support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::judge {
namespace {

SupernetOptions quick() {
    SupernetOptions options;
    options.training.epochs = 6;
    options.training.batch = 32;
    options.training.learningRate = 0.05;
    options.training.warmUpEpochs = 0.5;
    options.training.averaging = 0.9;
    options.training.threads = 1;
    options.sandwich.stepsPerNetwork = 4;
    options.calibrationSamples = 32;
    options.statisticsSamples = 256;
    return options;
}

class SupernetTest : public testing::Test {
  protected:
    Supernet make(const SupernetOptions& options) const { return {space, dataset, training, options}; }

    /// 4 bits or more, and kernels that see a row or a column.
    point::Ranges useful() const {
        point::Ranges ranges = fullRanges(space.space());
        for (std::size_t i = 0; i < ranges.size(); ++i) {
            const std::string& name = space.space().parameters[i].name;
            if (name.starts_with("model.") && name.ends_with("_bits")) {
                ranges[i].low = choiceOf(space.space().parameters[i], "4");
            } else if (name.ends_with(".kernel")) {
                ranges[i].low = choiceOf(space.space().parameters[i], "3x3");
            }
        }
        return ranges;
    }

    data::Dataset dataset = test::byteStripes(1280);
    std::vector<std::size_t> training = test::range(0, 1024), test = test::range(1024, 1280);
    space::JointSpace space = test::elasticSpace();
};

TEST(Sandwich, HasTheLargestTheSmallestAndRandomNetworks) {
    const space::JointSpace joint = test::elasticSpace();
    const point::Space& space = joint.space();
    point::Ranges ranges = fullRanges(space);
    const std::size_t width = space.indexOf("model.b0.width");
    ranges[width] = {1, 2};
    const Sandwich sandwich{3, 4};
    std::set<point::Encoding> random;
    for (std::int64_t step = 0; step < 40; ++step) {
        const std::vector<point::Encoding> networks = sandwich.at(space, ranges, 7, step);
        ASSERT_EQ(networks.size(), 5U);
        EXPECT_EQ(networks[0][width], 2);
        EXPECT_EQ(networks[1][width], 1);
        EXPECT_EQ(networks, sandwich.at(space, ranges, 7, step / 4 * 4));
        for (const point::Encoding& network : networks) {
            EXPECT_TRUE(contains(ranges, network));
            for (std::size_t i = 0; i < network.size(); ++i) {
                EXPECT_TRUE(space.parameters[i].name.starts_with("model.") ||
                            network[i] == space.importedPoint()[i]);
            }
        }
        random.insert(networks.begin() + 2, networks.end());
    }
    EXPECT_EQ(random.size(), 30U); // ten periods of three
}

TEST_F(SupernetTest, LearnsAllItsNetworksFromScratch) {
    SupernetOptions options = quick();
    options.fromScratch = true;
    options.ranges = useful();
    options.training.epochs = 8;
    options.training.learningRate = 0.1;
    Supernet supernet = make(options);
    while (!supernet.isFinished()) {
        supernet.step();
    }
    EXPECT_GT(supernet.progress().accuracy, 0.95);
    EXPECT_GT(supernet.evaluate(largestNetwork(space.space(), options.ranges), test), 0.95);
    EXPECT_GT(supernet.evaluate(smallestNetwork(space.space(), options.ranges), test), 0.85);
    EXPECT_GT(supernet.evaluate(randomNetwork(space.space(), options.ranges, 99, 1), test), 0.85);
}

TEST_F(SupernetTest, IsTheSameAtAnyNumberOfThreadsAndReplicas) {
    SupernetOptions options = quick();
    Supernet one = make(options);
    options.training.threads = 3;
    options.replicas = 1;
    Supernet other = make(options);
    for (int i = 0; i < 10; ++i) {
        one.step();
        other.step();
    }
    EXPECT_EQ(one.checkpoint(), other.checkpoint());
    const point::Encoding point = randomNetwork(space.space(), fullRanges(space.space()), 4, 2);
    EXPECT_EQ(one.evaluate(point, test), other.evaluate(point, test));
}

TEST_F(SupernetTest, GoesOnFromACheckpointBitForBit) {
    const SupernetOptions options = quick();
    Supernet whole = make(options), first = make(options), second = make(options);
    for (int i = 0; i < 37; ++i) { // into the second epoch
        first.step();
    }
    second.restore(first.checkpoint());
    for (int i = 0; i < 50; ++i) {
        whole.step();
    }
    for (int i = 37; i < 50; ++i) {
        second.step();
    }
    EXPECT_EQ(second.checkpoint(), whole.checkpoint());
    EXPECT_EQ(second.progress().loss, whole.progress().loss);
    EXPECT_EQ(second.progress().epoch, whole.progress().epoch);
}

TEST_F(SupernetTest, RefusesACheckpointOfAnother) {
    SupernetOptions options = quick();
    const Supernet one = make(options);
    options.training.seed = 2;
    Supernet other = make(options);
    EXPECT_THROW(other.restore(one.checkpoint()), Error);
    EXPECT_THROW(other.restore(std::string_view("no checkpoint")), Error);
}

TEST_F(SupernetTest, SmallestNetworkLearnsFromTheLargestOnes) {
    SupernetOptions options = quick();
    options.sandwich.randomNetworks = 0;
    Supernet taught = make(options);
    options.training.distillation.share = 0.0; // labels only
    Supernet untaught = make(options);
    taught.step();
    untaught.step();
    EXPECT_EQ(taught.progress().loss, untaught.progress().loss); // the largest one's, before any update
    for (int i = 0; i < 2; ++i) {                                // the first learning rate is 0
        taught.step();
        untaught.step();
    }
    EXPECT_NE(taught.progress().loss, untaught.progress().loss);
}

TEST_F(SupernetTest, IntegerNetworkOfAPointIsAsAccurateAsJudged) {
    SupernetOptions options = quick();
    options.ranges = useful();
    Supernet supernet = make(options);
    while (!supernet.isFinished()) {
        supernet.step();
    }
    for (std::uint64_t number = 0; number < 3; ++number) {
        const point::Encoding point = randomNetwork(space.space(), options.ranges, 11, number);
        const double judged = supernet.evaluate(point, test);
        quant::FineTuningOptions tuning;
        tuning.training.epochs = 1;
        tuning.training.threads = 1;
        const quant::FineTuner tuner(supernet.start(point), dataset, training, tuning);
        const quant::FineTuned tuned = tuner.finish(test);
        EXPECT_NEAR(tuned.roundedAccuracy, judged, 0.03);
        EXPECT_NEAR(tuned.integerAccuracy, tuned.roundedAccuracy, 0.02);
        const std::vector<space::LayerBits> bits = space.precision(point);
        for (std::size_t i = 0; i < bits.size(); ++i) {
            const auto* layer = std::get_if<quant::ConvolutionLayer>(&tuned.network.layers[i].op);
            EXPECT_TRUE(layer == nullptr || layer->weightBits == bits[i].weightBits);
        }
    }
}

TEST_F(SupernetTest, SaysWhatItCannotTrainOn) {
    SupernetOptions options = quick();
    options.training.batch = 2048;
    EXPECT_THROW(make(options), Error);
    options = quick();
    options.sandwich.stepsPerNetwork = 0;
    EXPECT_THROW(make(options), Error);
}

} // namespace
} // namespace tandem::judge
