// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/npy.h"
#include "tests/cli/cli_runner.h"
#include "tests/core/support/shared_files.h"

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>

namespace tandem::test {
namespace {

struct Reference {
    std::string name;
    /// Largest difference over largest output that is accepted.
    double tolerance = 1e-4;
};

/// What gtest prints of a parameter.
std::ostream& operator<<(std::ostream& stream, const Reference& reference) {
    return stream << reference.name;
}

class ReferenceNetwork : public testing::TestWithParam<Reference> {};

// Outputs of ONNX Runtime on the same input. QDQ networks: a float rounding before a QuantizeLinear can fall
// on the other side of a half, so that a value moves by one quantization step there and by at most two at the
// output.
TEST_P(ReferenceNetwork, OutputsAreReproduced) {
    const Reference reference = GetParam();
    const auto model = sharedFile("models/" + reference.name + ".onnx");
    if (model.empty()) {
        GTEST_SKIP() << "the reference network " << reference.name << " is not on this machine";
    }
    const ScratchFolder folder;
    const CliResult result = runCli({"run", model.string(), "--input",
                                     sharedFile("models/" + reference.name + ".in0.npy").string(),
                                     "--output-dir", folder.path().string()});
    ASSERT_EQ(result.exitCode, 0) << result.output;
    const nn::Tensor expected = data::readNpy(sharedFile("models/" + reference.name + ".out0.npy"));
    const nn::Tensor actual = data::readNpy(folder.path() / "out0.npy");
    ASSERT_EQ(actual.shape, expected.shape);
    double largest = 0.0;
    double difference = 0.0;
    for (std::size_t i = 0; i < expected.floats().size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(expected.floats()[i])));
        difference =
            std::max(difference, std::abs(static_cast<double>(actual.floats()[i]) - expected.floats()[i]));
    }
    EXPECT_LE(difference, reference.tolerance * largest);
    std::printf("%s: largest difference %.3g of %.3g\n", reference.name.c_str(), difference, largest);
}

INSTANTIATE_TEST_SUITE_P(Shared, ReferenceNetwork,
                         testing::Values(Reference{"resnet8_cifar10"}, Reference{"mobilenetv1_025_vww"},
                                         Reference{"convnet_kws"}, Reference{"cnn_cifar10"},
                                         Reference{"espcn_x3"}, Reference{"fastestdet"},
                                         Reference{"resnet8_cifar10_qdq", 2.0 / 256},
                                         Reference{"mobilenetv1_025_vww_qdq", 2.0 / 256},
                                         Reference{"autoencoder_ad_qdq", 2.0 / 256}),
                         [](const auto& tested) { return tested.param.name; });

class LightNetwork : public testing::TestWithParam<const char*> {};

TEST_P(LightNetwork, IsInspected) {
    const auto model = sharedFile(std::string("models/light/light_") + GetParam() + ".onnx");
    if (model.empty()) {
        GTEST_SKIP() << "the network " << GetParam() << " is not on this machine";
    }
    const CliResult result = runCli({"inspect", model.string(), "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.output;
    EXPECT_GT(result.json().at("macs").get<std::int64_t>(), 100'000'000);
}

INSTANTIATE_TEST_SUITE_P(Shared, LightNetwork,
                         testing::Values("bvlc_alexnet", "densenet121", "inception_v1", "inception_v2",
                                         "resnet50", "shufflenet", "squeezenet", "vgg19", "zfnet512"),
                         [](const auto& tested) { return std::string(tested.param); });

} // namespace
} // namespace tandem::test
