// SPDX-License-Identifier: GPL-3.0-or-later
// What lowering makes of whole topologies: published ones, and random compositions of what edge networks use.
#include "core/base/error.h"
#include "core/nn/builder.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/quantize/agreement.h"
#include "core/quant/quantize/quantize.h"
#include "tests/core/support/shared_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

using nn::ActivationKind;
using nn::GraphBuilder;
using nn::ValueId;

struct Topology {
    const char* name;
    const char* refused; ///< part of the message, or "" where the network lowers
};

class PublishedTopology : public testing::TestWithParam<Topology> {};

TEST_P(PublishedTopology, LowersOrNamesWhatStandsInTheWay) {
    const auto path = test::sharedFile(std::string("models/light/light_") + GetParam().name + ".onnx");
    if (path.empty()) {
        GTEST_SKIP() << "the reference models are not here";
    }
    const nn::Graph graph = nn::prepare(onnx::importOnnx(path));
    std::string refused;
    try {
        const Lowering lowering = lower(graph);
        EXPECT_TRUE(lowering.before.nodes.empty());
        for (const nn::Node& node : lowering.after.nodes) {
            EXPECT_TRUE(std::holds_alternative<nn::Softmax>(node.op)) << nn::operatorName(node.op);
        }
    } catch (const Error& error) {
        refused = error.what();
    }
    if (*GetParam().refused == '\0') {
        EXPECT_EQ(refused, "");
    } else {
        EXPECT_THAT(refused, testing::HasSubstr(GetParam().refused));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Quantize, PublishedTopology,
    testing::Values(Topology{"bvlc_alexnet", "LocalResponseNormalization"}, Topology{"densenet121", ""},
                    Topology{"inception_v1", "LocalResponseNormalization"},
                    Topology{"inception_v2", "leaves padded cells out"}, Topology{"resnet50", ""},
                    Topology{"shufflenet", "leaves padded cells out"}, Topology{"squeezenet", ""},
                    Topology{"vgg19", ""}, Topology{"zfnet512", "LocalResponseNormalization"}),
    [](const auto& shared) { return std::string(shared.param.name); });

/// Grows networks operator by operator on maps of even size.
class RandomTopology {
  public:
    explicit RandomTopology(std::uint64_t seed) : random_(seed), b_("random" + std::to_string(seed), seed) {}

    nn::Graph make() {
        ValueId x = b_.convolution(b_.input("image", {1, 3, 8, 8}), {.channels = 8, .bias = true});
        for (int i = 0; i < 6; ++i) {
            x = grow(x);
            if (channels(x) > 24 || b_.shape(x)[2] > 16) {
                x = b_.convolution(x, {.channels = 8, .stride = b_.shape(x)[2] > 8 ? 2 : 1});
            }
        }
        return b_.finish({b_.convolution(x, {.channels = 5, .kernel = 1, .bias = true})});
    }

  private:
    std::int64_t channels(ValueId x) const { return b_.shape(x)[1]; }
    int below(int count) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(count))); }
    std::string name(const char* kind) { return kind + std::to_string(++count_); }

    ValueId grow(ValueId x) {
        switch (below(10)) {
        case 0:
            return b_.relu(b_.convolution(x, {.channels = 8, .kernel = 1 + 2 * below(2)}));
        case 1:
            return b_.relu6(b_.depthwise(x));
        case 2:
            return function(x);
        case 3:
            return b_.relu(b_.add(x, b_.convolution(x, {.channels = static_cast<int>(channels(x))})));
        case 4:
            return join({b_.relu(b_.convolution(x, {.channels = 4, .kernel = 1})), x, function(x)});
        case 5:
            return channels(x) % 2 == 0 ? shuffled(x) : x;
        case 6:
            return channels(x) % 2 == 0 ? split(x) : x;
        case 7:
            return excited(x);
        case 8:
            return resized(x);
        default:
            return b_.shape(x)[2] % 2 == 0 ? deep(x) : x;
        }
    }

    ValueId function(ValueId x) {
        const ActivationKind kinds[] = {ActivationKind::Sigmoid, ActivationKind::Tanh,
                                        ActivationKind::HardSwish, ActivationKind::LeakyRelu,
                                        ActivationKind::Relu};
        const ValueId y = b_.activation(x, {kinds[below(5)], 0.1F});
        return below(2) ? y
                        : b_.apply(nn::Binary{nn::BinaryKind::Multiply}, {y, x}, b_.shape(x), name("gate"));
    }

    ValueId join(const std::vector<ValueId>& parts) {
        nn::Shape shape = b_.shape(parts[0]);
        shape[1] = 0;
        for (const ValueId part : parts) {
            shape[1] += channels(part);
        }
        return b_.apply(nn::Concat{1}, parts, shape, name("concat"));
    }

    ValueId shuffled(ValueId x) {
        const nn::Shape s = b_.shape(x);
        ValueId y = b_.apply(nn::Reshape{}, {x}, {1, 2, s[1] / 2, s[2], s[3]}, name("pairs"));
        y = b_.apply(nn::Transpose{{0, 2, 1, 3, 4}}, {y}, {1, s[1] / 2, 2, s[2], s[3]}, name("order"));
        y = b_.apply(nn::Reshape{}, {y}, s, name("shuffled"));
        return below(2) ? b_.relu(y) : y;
    }

    ValueId split(ValueId x) {
        const nn::Shape s = b_.shape(x);
        const auto half = [&](std::int64_t from) {
            return b_.apply(nn::Slice{{0, from, 0, 0}, {1, from + s[1] / 2, s[2], s[3]}, {1, 1, 1, 1}}, {x},
                            {1, s[1] / 2, s[2], s[3]}, name("half"));
        };
        const ValueId first = half(0), second = half(s[1] / 2);
        return join({below(2) ? first : b_.relu(first), b_.relu(b_.depthwise(second))});
    }

    ValueId excited(ValueId x) {
        ValueId gate = b_.relu(b_.convolution(b_.globalAveragePool(x), {.channels = 3, .kernel = 1}));
        gate = b_.convolution(gate, {.channels = static_cast<int>(channels(x)), .kernel = 1, .bias = true});
        gate = b_.activation(gate, {ActivationKind::Sigmoid});
        return b_.apply(nn::Binary{nn::BinaryKind::Multiply}, {gate, x}, b_.shape(x), name("scale"));
    }

    ValueId resized(ValueId x) {
        const nn::Shape s = b_.shape(x);
        nn::Resize op;
        op.coordinates = "asymmetric";
        op.nearest = "floor";
        op.scales = {1, 1, 2, 2};
        return b_.apply(op, {x}, {1, s[1], s[2] * 2, s[3] * 2}, name("resize"));
    }

    ValueId deep(ValueId x) {
        const nn::Shape s = b_.shape(x);
        ValueId y = b_.apply(nn::Reshape{}, {x}, {1, s[1], s[2] / 2, 2, s[3] / 2, 2}, name("cells"));
        y = b_.apply(nn::Transpose{{0, 1, 3, 5, 2, 4}}, {y}, {1, s[1], 2, 2, s[2] / 2, s[3] / 2},
                     name("order"));
        return b_.apply(nn::Reshape{}, {y}, {1, s[1] * 4, s[2] / 2, s[3] / 2}, name("deep"));
    }

    Random random_;
    GraphBuilder b_;
    int count_ = 0;
};

TEST(RandomTopologies, RunOnTheAcceleratorAsAWhole) {
    for (std::uint64_t seed = 0; seed < 80; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const nn::Graph graph = nn::prepare(RandomTopology(seed).make());
        const Lowering lowering = lower(graph);
        EXPECT_TRUE(lowering.hostNodes.empty());
        const std::vector<nn::Tensor> inputs = uniformInputs(graph, 4, seed);
        const IntegerNetwork network = quantize(graph, lowering, calibrate(graph, lowering, inputs, 1));
        EXPECT_EQ(network.output(), network.layers.back().output) << "the last layer's map leaves";
        const Agreement agreement = measureAgreement(referenceOutputs(graph, lowering, inputs, 1),
                                                     integerOutputs(network, inputs, 1));
        EXPECT_GT(agreement.signalToNoise(), 15.0);
    }
}

} // namespace
} // namespace tandem::quant
