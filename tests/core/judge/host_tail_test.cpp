// SPDX-License-Identifier: GPL-3.0-or-later
// Networks whose end runs on the host are searched, judged and trained like others.
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/judge/evaluator.h"
#include "core/judge/supernet/supernet.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/agreement.h"
#include "core/quant/tuning/fine_tuning.h"
#include "core/space/decoder.h"
#include "core/train/executor.h"
#include "tests/core/judge/supernet/support.h"

#include <gtest/gtest.h>

namespace tandem::judge {
namespace {

/// Behind an average pool that leaves padded cells out the host computes two fully connected layers: 6 % of
/// the products, and more of those of narrower networks.
nn::Graph networkWithTail() {
    nn::GraphBuilder b("tail", 3);
    nn::ValueId x = b.relu(b.convolution(b.input("image", {1, 1, 8, 8}), {.channels = 16, .bias = true}));
    x = b.relu(b.convolution(x, {.channels = 8, .bias = true}));
    x = b.pool(x, {nn::PoolKind::Average, {4, 4}, {2, 2}, {1, 1}, {1, 1, 1, 1}, false, false});
    return nn::prepare(b.finish({b.linear(b.relu(b.linear(b.flatten(x), 40)), 2)}));
}

class HostTail : public testing::Test {
  protected:
    /// The smallest network is mostly tail.
    point::Encoding smallest() const { return smallestNetwork(space.space(), fullRanges(space.space())); }

    space::JointSpace space{networkWithTail(), test::exampleDevice()};
};

TEST_F(HostTail, StaysWhereItIsInEveryNetworkOfTheSpace) {
    nn::Graph network = space.network(smallest());
    EXPECT_EQ(quant::lower(network).after.nodes.size(), space.decoder().lowering().after.nodes.size());
    for (nn::Node& node : network.nodes) {
        node.onHost = false;
    }
    EXPECT_THROW(quant::lower(network), Error) << "a network of its own would be refused";
}

TEST_F(HostTail, IsWhatAgreementIsMeasuredBehind) {
    const JudgingInputs inputs = inputsWithoutData(space.imported(), 40, 2);
    const Evaluator evaluator(space, inputs, 1);
    Random random(3);
    for (int i = 0; i < 5; ++i) {
        const quant::IntegerNetwork network =
            evaluator.integerNetwork(test::randomPoint(space.space(), random));
        const MeasuredShares measured = evaluator.measured(network);
        int same = 0;
        for (const nn::Tensor& input : inputs.judged().some(0, measured.count)) {
            const auto wanted = train::run(networkWithTail(), std::span(&input, 1)).at(0);
            const auto found = quant::runInteger(network, std::span(&input, 1)).at(0);
            ASSERT_EQ(found.shape, wanted.shape);
            same += quant::topIndex(found.floats()) == quant::topIndex(wanted.floats()) ? 1 : 0;
        }
        EXPECT_NEAR(static_cast<double>(measured.metrics.value(point::Metric::Agreement)),
                    100.0 * same / static_cast<double>(measured.count), 1e-3);
    }
}

TEST_F(HostTail, IsTrainedWithTheSupernetAndInherited) {
    const data::Dataset dataset = test::byteStripes(1280);
    const auto training = test::range(0, 1024), test = test::range(1024, 1280);
    SupernetOptions options;
    options.training.epochs = 6;
    options.training.batch = 32;
    options.training.learningRate = 0.05;
    options.training.averaging = 0.9;
    options.training.threads = 1;
    options.calibrationSamples = 32;
    options.statisticsSamples = 256;
    options.ranges = fullRanges(space.space());
    for (std::size_t i = 0; i < options.ranges.size(); ++i) { // kernels that see a row or a column
        if (space.space().parameters[i].name.ends_with(".kernel")) {
            options.ranges[i].low = options.ranges[i].high;
        }
    }
    Supernet supernet(space, dataset, training, options);
    while (!supernet.isFinished()) {
        supernet.step();
    }
    const point::Encoding largest = largestNetwork(space.space(), options.ranges);
    EXPECT_GT(supernet.evaluate(largest, test), 0.9);
    const nn::Graph inherited = supernet.graph(largest);
    const quant::Lowering lowering = quant::lower(inherited);
    const auto tail = quant::tailParameters(inherited, lowering);
    ASSERT_EQ(tail.size(), 4U) << "two layers with weights and biases";
    const auto imported = quant::tailParameters(space.imported(), space.decoder().lowering());
    EXPECT_NE(inherited.value(tail[0]).constant->floats(),
              space.imported().value(imported[0]).constant->floats());
    const quant::IntegerNetwork network =
        quant::quantize(inherited, quant::calibrationInputs(inherited, dataset, training, 32));
    EXPECT_NEAR(quant::integerAccuracy(network, dataset, test), supernet.evaluate(largest, test), 0.05);
}

} // namespace
} // namespace tandem::judge
