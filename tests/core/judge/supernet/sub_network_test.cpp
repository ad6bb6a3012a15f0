// SPDX-License-Identifier: GPL-3.0-or-later
// Sub-networks as slices of shared parameters: the same numbers as the networks that points stand for.
#include "core/judge/supernet/sampling.h"
#include "core/judge/supernet/sub_network.h"
#include "core/train/executor.h"
#include "core/train/layers/learned_step_size.h"
#include "core/train/loss.h"
#include "tests/core/judge/supernet/support.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace tandem::judge {
namespace {

class SubNetworkTest : public testing::Test {
  protected:
    SharedNetwork shared() const {
        return makeSharedNetwork(space.decoder(), space.imported(), test::inputsOf(dataset, 32), 8, 1);
    }

    point::Encoding randomPoint(std::uint64_t number) const {
        return randomNetwork(space.space(), fullRanges(space.space()), 3, number);
    }

    data::Dataset dataset = test::byteStripes(64);
    space::JointSpace space = test::elasticSpace();
};

/// Scores with activations rounded so finely that it does not show and weights not at all, batch norms with
/// running statistics.
std::vector<float> plainScores(const SubNetwork& network, train::ParameterBlocks own,
                               const nn::Tensor& input) {
    train::FakeQuantization fine = network.rounding.quantization;
    for (train::ActivationQuantizer& quantizer : fine.activations) {
        quantizer.lowest = -(1 << 22);
        quantizer.highest = 1 << 22;
        own[train::numberOf(network.parameters, quantizer.step)] = {1e-5F};
    }
    train::TrainableNetwork trainable(network.rounding.graph, 1,
                                      {train::BatchStatistics::Running, fine, nullptr});
    return trainable.forward(own, input).floats();
}

TEST_F(SubNetworkTest, LargestComputesWhatTheImportedNetworkDoes) {
    const SharedNetwork shared = this->shared();
    const SubNetworkMaker maker(space.decoder(), shared, 8);
    const SubNetwork network = maker.make(largestNetwork(space.space(), fullRanges(space.space())));
    train::ParameterBlocks own;
    gather(network.slices, shared.blocks, own);
    for (const nn::Tensor& input : test::inputsOf(dataset, 4)) {
        const std::vector<nn::Tensor> inputs{input};
        const std::vector<float> expected = train::run(space.imported(), inputs).at(0).floats();
        const std::vector<float> found = plainScores(network, own, input);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            EXPECT_NEAR(found[i], expected[i], 1e-4);
        }
    }
}

/// Batch norms are set to add the bias that the point's network has; then both compute the same.
TEST_F(SubNetworkTest, GatheredWeightsAreThoseOfThePointsNetwork) {
    SharedNetwork shared = this->shared();
    const quant::Lowering& lowering = space.decoder().lowering();
    for (std::size_t i = 0; i < shared.layers.size(); ++i) {
        const std::vector<std::size_t>& blocks = shared.layers[i].normalizing;
        if (blocks.empty()) {
            continue;
        }
        const nn::ValueId bias = lowering.layers[i].bias;
        std::ranges::fill(shared.blocks[blocks[0]], 1.0F);
        std::ranges::fill(shared.blocks[blocks[1]], 0.0F);
        if (bias != nn::kNoValue) {
            shared.blocks[blocks[1]] = space.imported().value(bias).constant->floats();
        }
        std::ranges::fill(shared.blocks[blocks[2]], 0.0F);
        std::ranges::fill(shared.blocks[blocks[3]], 1.0F - 1e-5F); // the norm adds its epsilon
    }
    const SubNetworkMaker maker(space.decoder(), shared, 8);
    std::set<std::size_t> sizes;
    for (std::uint64_t number = 0; number < 12; ++number) {
        const point::Encoding point = randomPoint(number);
        const SubNetwork network = maker.make(point);
        const nn::Graph expected = space.network(point);
        train::ParameterBlocks own;
        gather(network.slices, shared.blocks, own);
        std::size_t size = 0;
        for (const std::vector<float>& block : own) {
            size += block.size();
        }
        sizes.insert(size);
        for (const nn::Tensor& input : test::inputsOf(dataset, 2)) {
            const std::vector<nn::Tensor> inputs{input};
            const std::vector<float> reference = train::run(expected, inputs).at(0).floats();
            const std::vector<float> found = plainScores(network, own, input);
            ASSERT_EQ(found.size(), reference.size());
            for (std::size_t i = 0; i < reference.size(); ++i) {
                EXPECT_NEAR(found[i], reference[i], 1e-4) << "point " << number;
            }
        }
    }
    EXPECT_GT(sizes.size(), 6U); // networks of many sizes were seen
}

TEST_F(SubNetworkTest, PrecisionIsThePoints) {
    const SharedNetwork shared = this->shared();
    const SubNetworkMaker maker(space.decoder(), shared, 8);
    for (std::uint64_t number = 0; number < 12; ++number) {
        const point::Encoding point = randomPoint(number);
        const SubNetwork network = maker.make(point);
        const std::vector<space::LayerBits> asked = space.precision(point);
        ASSERT_EQ(network.lowering.layers.size(), asked.size());
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const quant::LoweredLayer& layer = network.lowering.layers[i];
            if (layer.kind == quant::LayerKind::Convolution) {
                const auto& convolution = std::get<quant::ConvolutionLayer>(network.start.layers[i].op);
                EXPECT_EQ(convolution.weightBits, asked[i].weightBits);
            }
            EXPECT_EQ(network.start.tensors[static_cast<std::size_t>(layer.output)].format.bits,
                      asked[i].activationBits);
        }
    }
}

/// The scattered gradient by a shared parameter is the loss's: central differences.
TEST_F(SubNetworkTest, ScatteredGradientsAreThoseOfTheSharedParameters) {
    SharedNetwork shared = this->shared();
    const SubNetworkMaker maker(space.decoder(), shared, 8);
    const SubNetwork network = maker.make(randomPoint(5));
    constexpr int kSamples = 16;
    train::TrainableNetwork trainable(network.rounding.graph, kSamples); // without rounding: smooth
    const std::vector<train::Parameter> plain = train::parametersOf(network.rounding.graph);
    ASSERT_LT(plain.size(), network.parameters.size()); // steps come behind
    const std::span slices = std::span(network.slices).first(plain.size());
    const auto indices = test::range(0, kSamples);
    const nn::Tensor input = dataset.batch(indices);
    const std::vector<int> labels = dataset.labelsOf(indices);
    train::ParameterBlocks own, gradients;
    const auto lossOf = [&] {
        gather(slices, shared.blocks, own);
        return train::softmaxCrossEntropy(trainable.forward(own, input), labels);
    };
    trainable.backward(own, lossOf().gradient, gradients);
    train::ParameterBlocks sums = shared.blocks;
    std::ranges::for_each(sums, [](std::vector<float>& block) { std::ranges::fill(block, 0.0F); });
    scatterAdd(slices, gradients, sums);
    scatterAdd(slices, gradients, sums);
    std::ranges::for_each(sums, [](std::vector<float>& block) {
        std::ranges::for_each(block, [](float& gradient) { gradient *= 0.5F; });
    });
    Random random(8);
    int compared = 0;
    for (std::size_t block = 0; block < sums.size(); ++block) {
        const train::ParameterRole role = shared.roles[block];
        if (role != train::ParameterRole::Weight && role != train::ParameterRole::Offset) {
            continue;
        }
        for (int sample = 0; sample < 4; ++sample) {
            const std::size_t place = random.below(sums[block].size());
            float& parameter = shared.blocks[block][place];
            const float before = parameter;
            const float change = 2e-3F;
            parameter = before + change;
            const double above = lossOf().sum;
            parameter = before - change;
            const double below = lossOf().sum;
            parameter = before;
            const double expected = (above - below) / (2.0 * static_cast<double>(change));
            EXPECT_NEAR(sums[block][place], expected, 0.02 + 0.05 * std::abs(expected))
                << "block " << block << ", element " << place;
            ++compared;
        }
    }
    EXPECT_GT(compared, 20);
}

} // namespace
} // namespace tandem::judge
