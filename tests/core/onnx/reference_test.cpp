// SPDX-License-Identifier: GPL-3.0-or-later
// Real networks against the outputs of another runtime, as imported, prepared and exported again.
#include "core/data/npy.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/exporter.h"
#include "core/onnx/importer.h"
#include "core/train/executor.h"
#include "tests/core/onnx/model_maker.h"
#include "tests/core/support/shared_files.h"

#include <gtest/gtest.h>

namespace tandem::onnx {
namespace {

namespace fs = std::filesystem;

/// The largest accepted differences, relative to the largest output. Preparing a QDQ network computes in
/// float what the model rounds to 8 bits after every layer, so it may differ by some quantization steps from
/// what is imported.
struct ReferenceCase {
    const char* name;
    double imported, prepared;
    float inputScale =
        1.0F; ///< brings the input (0 to 1) where the network was quantized, without saturation
};

void PrintTo(const ReferenceCase& reference, std::ostream* out) {
    *out << reference.name;
}

/// The largest difference relative to the largest magnitude.
double relativeError(const nn::Tensor& found, const nn::Tensor& wanted) {
    double difference = 0.0;
    double largest = 1e-30;
    for (std::size_t i = 0; i < wanted.floats().size(); ++i) {
        difference = std::max(difference, std::abs(double{found.floats()[i]} - double{wanted.floats()[i]}));
        largest = std::max(largest, std::abs(double{wanted.floats()[i]}));
    }
    return difference / largest;
}

class Reference : public testing::TestWithParam<ReferenceCase> {
  protected:
    void SetUp() override {
        model_ = test::sharedFile(fmt::format("models/{}.onnx", GetParam().name));
        if (model_.empty()) {
            GTEST_SKIP() << "the folder of reference networks is absent";
        }
        const std::string stem = fmt::format("models/{}", GetParam().name);
        input_ = data::readNpy(test::sharedFile(stem + ".in0.npy"));
        wanted_ = data::readNpy(test::sharedFile(stem + ".out0.npy"));
    }

    double errorOf(const nn::Graph& graph) const {
        const auto found = train::run(graph, std::span(&input_, 1));
        EXPECT_EQ(found.at(0).shape, wanted_.shape);
        return relativeError(found[0], wanted_);
    }

    fs::path model_;
    nn::Tensor input_, wanted_;
};

TEST_P(Reference, IsReproduced) {
    EXPECT_LE(errorOf(importOnnx(model_, {{}, {}, {input_}})), GetParam().imported);
}

TEST_P(Reference, IsReproducedAfterPreparing) {
    const nn::Graph graph = importOnnx(model_, {{}, {}, {input_}});
    if (GetParam().inputScale != 1.0F) {
        for (float& x : input_.floats()) {
            x = std::round(x * GetParam().inputScale);
        }
        wanted_ = train::run(graph, std::span(&input_, 1)).at(0);
    }
    EXPECT_LE(errorOf(nn::prepare(graph)), GetParam().prepared);
}

TEST_P(Reference, SurvivesExport) {
    const fs::path file = test::ModelMaker::file("exported.onnx");
    exportOnnx(importOnnx(model_, {{}, {}, {input_}}), file);
    EXPECT_LE(errorOf(importOnnx(file)), GetParam().imported);
}

INSTANTIATE_TEST_SUITE_P(Shared, Reference,
                         testing::Values(ReferenceCase{"resnet8_cifar10", 1e-4, 1e-4},
                                         ReferenceCase{"mobilenetv1_025_vww", 1e-4, 1e-4},
                                         ReferenceCase{"convnet_kws", 1e-4, 1e-4},
                                         ReferenceCase{"cnn_cifar10", 1e-4, 1e-4},
                                         ReferenceCase{"espcn_x3", 1e-4, 1e-4},
                                         ReferenceCase{"fastestdet", 1e-4, 1e-4},
                                         ReferenceCase{"resnet8_cifar10_qdq", 1e-4, 0.1, 64.0F},
                                         ReferenceCase{"mobilenetv1_025_vww_qdq", 1e-4, 0.1},
                                         ReferenceCase{"autoencoder_ad_qdq", 1e-4, 0.1}),
                         [](const auto& reference) { return std::string(reference.param.name); });

} // namespace
} // namespace tandem::onnx
