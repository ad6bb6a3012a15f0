// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/engine/session.h"
#include "core/engine/study/imported_model.h"
#include "core/nn/builder.h"
#include "core/onnx/exporter.h"
#include "core/onnx/schema.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tandem::engine {
namespace {

nn::Graph network() {
    nn::GraphBuilder builder("small");
    nn::ValueId x = builder.input("image", {1, 1, 12, 12});
    x = builder.relu(builder.convolution(x, {.channels = 8, .stride = 2, .bias = true}));
    return builder.finish({builder.linear(builder.flatten(builder.globalAveragePool(x)), 10)});
}

auto constantsOf(const nn::Graph& graph) {
    std::vector<decltype(nn::Tensor::data)> constants;
    for (const nn::Value& value : graph.values) {
        if (value.constant) {
            constants.push_back(value.constant->data);
        }
    }
    return constants;
}

class ImportedModelTest : public testing::Test {
  protected:
    StudySetup setup() const {
        StudySetup made;
        made.model = folder_.path() / "model.onnx";
        made.device = "pynq-z1";
        return made;
    }

    /// The network with the first of its weights in a file of their own.
    void writeWithWeightsBeside() {
        onnx::schema::ModelProto model;
        ASSERT_TRUE(model.ParseFromString(onnx::serializeOnnx(network())));
        auto& tensor = *model.mutable_graph()->mutable_initializer(0);
        folder_.write("weights.bin", tensor.raw_data());
        tensor.clear_raw_data();
        tensor.set_data_location(onnx::schema::TensorProto::EXTERNAL);
        auto& entry = *tensor.add_external_data();
        entry.set_key("location");
        entry.set_value("weights.bin");
        folder_.write("model.onnx", model.SerializeAsString());
    }

    tandem::test::TemporaryFolder folder_;
};

TEST_F(ImportedModelTest, KeepsAModelWhoseWeightsLieBesideItWhole) {
    writeWithWeightsBeside();
    const ModelPtr model = importModel(setup());
    EXPECT_TRUE(model->isSettled);
    EXPECT_EQ(constantsOf(*model->network), constantsOf(network()));
    std::filesystem::remove(folder_.path() / "weights.bin");
    EXPECT_THROW(importModel(setup()), Error);
    const ModelPtr kept = importModel(setup(), model->bytes, true);
    EXPECT_EQ(constantsOf(*kept->network), constantsOf(network()));
}

TEST_F(ImportedModelTest, WhatAStudyKeepsReadsNoOtherFiles) {
    writeWithWeightsBeside();
    const auto bytes = [&] {
        std::ifstream file(setup().model, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    }();
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder_.path());
    EXPECT_THROW(importModel(setup(), bytes, false), Error);
    std::filesystem::current_path(before);
}

TEST_F(ImportedModelTest, NeedsNoTemporaryFolder) {
    onnx::exportOnnx(network(), setup().model);
    const auto devices = hw::loadDevices(std::filesystem::path(TANDEM_SOURCE_DIR) / "resources/devices", {});
    const std::filesystem::path study = folder_.path() / "a.tandem";
    const char* before = std::getenv("TMPDIR");
    const std::string kept = before != nullptr ? before : "";
    setenv("TMPDIR", (folder_.path() / "none").c_str(), 1);
    EXPECT_NO_THROW(Session::create(setup(), study, devices));
    EXPECT_NO_THROW(Session::open(study, devices));
    before != nullptr ? setenv("TMPDIR", kept.c_str(), 1) : unsetenv("TMPDIR");
}

} // namespace
} // namespace tandem::engine
