// SPDX-License-Identifier: GPL-3.0-or-later
// Broken, hostile and unsupported models: one clear sentence each, never a crash or a hang.
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/onnx/importer.h"
#include "core/onnx/tensor_file.h"
#include "tests/core/onnx/model_maker.h"
#include "tests/core/support/shared_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>

namespace tandem::onnx {
namespace {

using test::ModelMaker;
using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

/// The message of the Error (Input) that importing gives; fails the test when there is none.
std::string refusal(const fs::path& path, const ImportOptions& options = {}) {
    try {
        importOnnx(path, options);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input) << error.what();
        EXPECT_THAT(error.what(), HasSubstr(path.string()));
        EXPECT_THAT(error.what(), testing::Not(HasSubstr("\n")));
        return error.what();
    }
    ADD_FAILURE() << path << " was imported";
    return {};
}

/// A model with one convolution that imports as it is.
ModelMaker goodModel() {
    ModelMaker maker;
    maker.input("x", {1, 3, 8, 8}).floats("w", {4, 3, 3, 3}).output("y");
    maker.node("Conv", {"x", "w"}, {"y"});
    return maker;
}

TEST(Errors, GoodModelIsImported) {
    const nn::Graph graph = goodModel().import();
    EXPECT_EQ(graph.value(graph.outputs[0]).shape, (nn::Shape{1, 4, 6, 6}));
}

TEST(Errors, MissingFileFolderAndEmptyFile) {
    EXPECT_THAT(refusal("/nowhere/model.onnx"), HasSubstr("does not exist"));
    EXPECT_THAT(refusal(fs::path(testing::TempDir())), HasSubstr("not a regular file"));
    EXPECT_THAT(refusal(ModelMaker::write("")), HasSubstr("empty"));
}

TEST(Errors, TextAndNoise) {
    EXPECT_THAT(refusal(ModelMaker::write("this is a text file, not a model\n")), HasSubstr("corrupt"));
    Random random(1);
    std::string noise(4096, '\0');
    std::ranges::generate(noise, [&] { return static_cast<char>(random.below(256)); });
    EXPECT_THAT(refusal(ModelMaker::write(noise)), HasSubstr("corrupt"));
}

TEST(Errors, FileAboveTwoGigabytes) {
    const fs::path path = ModelMaker::write("x", "huge.onnx");
    fs::resize_file(path, std::uintmax_t{3} << 30U); // sparse: takes no room
    EXPECT_THAT(refusal(path), AllOf(HasSubstr("3221225472 bytes"), HasSubstr("at most")));
    fs::remove(path);
}

TEST(Errors, GraphWithoutOutputs) {
    ModelMaker maker = goodModel();
    maker.graph().clear_output();
    EXPECT_THAT(refusal(maker.write()), HasSubstr("no graph with outputs"));
}

TEST(Errors, Opsets) {
    for (const int opset : {7, 13, 20}) {
        ModelMaker maker(opset);
        maker.input("x", {1, 4}).output("y").node("Relu", {"x"}, {"y"});
        EXPECT_NO_THROW(maker.import()) << opset;
    }
    ModelMaker newer(21);
    newer.input("x", {1, 4}).output("y").node("Relu", {"x"}, {"y"});
    EXPECT_THAT(refusal(newer.write()), AllOf(HasSubstr("opset 21"), HasSubstr("7 to 20")));
    ModelMaker older(6);
    older.input("x", {1, 4}).output("y").node("Add", {"x", "x"}, {"y"});
    EXPECT_THAT(refusal(older.write()),
                AllOf(HasSubstr("Add_y"), HasSubstr("opset 6"), HasSubstr("7 to 20")));
    ModelMaker silent;
    silent.input("x", {1, 4}).output("y").node("Relu", {"x"}, {"y"});
    silent.model().clear_opset_import();
    EXPECT_THAT(refusal(silent.write()), HasSubstr("does not say which ONNX opset"));
}

TEST(Errors, UnsupportedOperatorIsNamed) {
    ModelMaker maker;
    maker.input("x", {1, 4}).output("y").node("Einsum", {"x"}, {"y"});
    EXPECT_THAT(refusal(maker.write()), AllOf(HasSubstr("'Einsum_y' (Einsum)"), HasSubstr("not supported")));
    ModelMaker custom;
    custom.input("x", {1, 4}).output("y").node("Relu", {"x"}, {"y"}).set_domain("com.example");
    EXPECT_THAT(refusal(custom.write()), AllOf(HasSubstr("'Relu_y' (Relu)"), HasSubstr("com.example")));
}

TEST(Errors, CyclesAndUnorderedNodes) {
    ModelMaker cyclic;
    cyclic.input("x", {1, 4}).output("y");
    cyclic.node("Add", {"x", "c"}, {"a"});
    cyclic.node("Relu", {"a"}, {"b"});
    cyclic.node("Relu", {"b"}, {"c"});
    cyclic.node("Relu", {"c"}, {"y"});
    EXPECT_THAT(refusal(cyclic.write()), HasSubstr("acyclic"));
    ModelMaker self;
    self.input("x", {1, 4}).output("y").node("Add", {"x", "y"}, {"y"});
    EXPECT_THAT(refusal(self.write()), AllOf(HasSubstr("'Add_y' (Add)"), HasSubstr("acyclic")));

    ModelMaker unordered;
    unordered.input("x", {1, 4}).output("y");
    unordered.node("Tanh", {"a"}, {"y"});
    unordered.node("Relu", {"x"}, {"a"});
    EXPECT_EQ(unordered.import().nodes.at(0).sourceOperator, "Relu");
}

TEST(Errors, ValuesComputedNowhereOrTwice) {
    ModelMaker dangling;
    dangling.input("x", {1, 4}).output("y").node("Add", {"x", "ghost"}, {"y"});
    EXPECT_THAT(refusal(dangling.write()),
                AllOf(HasSubstr("'Add_y'"), HasSubstr("'ghost', which nothing computes")));
    ModelMaker twice;
    twice.input("x", {1, 4}).output("y");
    twice.node("Relu", {"x"}, {"y"});
    twice.node("Tanh", {"x"}, {"y"});
    EXPECT_THAT(refusal(twice.write()), HasSubstr("'y' is computed more than once"));
    ModelMaker lost;
    lost.input("x", {1, 4}).output("z").node("Relu", {"x"}, {"y"});
    EXPECT_THAT(refusal(lost.write()), HasSubstr("output 'z' is computed by no node"));
}

TEST(Errors, HostileTensors) {
    const auto withTensor = [](const std::function<void(schema::TensorProto&)>& spoil) {
        ModelMaker maker = goodModel();
        spoil(*maker.graph().mutable_initializer(0));
        return refusal(maker.write());
    };
    EXPECT_THAT(withTensor([](auto& t) { t.set_dims(0, -4); }),
                AllOf(HasSubstr("'w'"), HasSubstr("negative")));
    EXPECT_THAT(withTensor([](auto& t) {
                    t.set_dims(0, std::int64_t{1} << 62);
                    t.set_dims(1, 4);
                }),
                HasSubstr("more than 2147483647 elements"));
    EXPECT_THAT(withTensor([](auto& t) { t.set_dims(0, 400); }),
                HasSubstr("432 bytes of data; its shape needs 43200"));
    EXPECT_THAT(withTensor([](auto& t) { t.mutable_raw_data()->resize(431); }), HasSubstr("431 bytes"));
    EXPECT_THAT(withTensor([](auto& t) { t.clear_raw_data(); }), HasSubstr("0 elements of data"));
    EXPECT_THAT(withTensor([](auto& t) { t.set_data_type(schema::TensorProto::STRING); }),
                HasSubstr("STRING"));
    EXPECT_THAT(withTensor([](auto& t) { t.set_data_type(99); }), HasSubstr("element type 99"));
}

TEST(Errors, ExternalData) {
    const auto withLocation = [](const std::vector<std::pair<std::string, std::string>>& entries) {
        ModelMaker maker = goodModel();
        auto& tensor = *maker.graph().mutable_initializer(0);
        tensor.clear_raw_data();
        tensor.set_data_location(schema::TensorProto::EXTERNAL);
        for (const auto& [key, value] : entries) {
            auto& entry = *tensor.add_external_data();
            entry.set_key(key);
            entry.set_value(value);
        }
        return maker;
    };
    EXPECT_THAT(refusal(withLocation({{"location", "weights.bin"}}).write()),
                AllOf(HasSubstr("'w'"), HasSubstr("'weights.bin' is missing beside the model")));
    EXPECT_THAT(refusal(withLocation({}).write()), HasSubstr("inside of the model's folder"));
    EXPECT_THAT(refusal(withLocation({{"location", "../../etc/passwd"}}).write()),
                HasSubstr("inside of the model's"));
    EXPECT_THAT(refusal(withLocation({{"location", "/etc/passwd"}}).write()),
                HasSubstr("inside of the model's"));

    const nn::Graph good = goodModel().import();
    const nn::Tensor weights = good.value(good.nodes.at(0).inputs.at(1)).constant.value();
    std::string bytes(16 + 432, '\0');
    std::memcpy(bytes.data() + 16, weights.floats().data(), 432);
    ModelMaker::write(bytes, "weights.bin");
    EXPECT_THAT(
        refusal(withLocation({{"location", "weights.bin"}, {"offset", "16"}, {"length", "433"}}).write()),
        HasSubstr("which has 448"));
    EXPECT_THAT(refusal(withLocation({{"location", "weights.bin"}, {"offset", "17"}}).write()),
                HasSubstr("431 bytes"));
    EXPECT_THAT(refusal(withLocation({{"location", "weights.bin"}, {"offset", "many"}}).write()),
                HasSubstr("a number is needed"));
    const nn::Graph graph =
        withLocation({{"location", "weights.bin"}, {"offset", "16"}, {"length", "432"}}).import();
    EXPECT_EQ(graph.value(graph.nodes.at(0).inputs.at(1)).constant->floats(), weights.floats());
}

TEST(Errors, BytesWithoutAFolderHaveNoExternalData) {
    ModelMaker maker = goodModel();
    const std::string whole = readOnnxBytes(maker.write());
    EXPECT_FALSE(importOnnxBytes(whole, {}).hasExternalData);
    auto& tensor = *maker.graph().mutable_initializer(0);
    ModelMaker::write(tensor.raw_data(), "beside.bin");
    tensor.clear_raw_data();
    tensor.set_data_location(schema::TensorProto::EXTERNAL);
    auto& entry = *tensor.add_external_data();
    entry.set_key("location");
    entry.set_value("beside.bin");
    const std::filesystem::path file = maker.write();
    const std::string bytes = readOnnxBytes(file);
    EXPECT_TRUE(importOnnxBytes(bytes, file.parent_path()).hasExternalData);
    EXPECT_THROW(importOnnxBytes(bytes, {}), Error);
    EXPECT_THROW(importOnnxBytes("", {}), Error);
    EXPECT_THROW(readOnnxBytes(file.parent_path()), Error) << "a folder";
}

TEST(Errors, OpenDimensionsNameTheOptionThatSettlesThem) {
    ModelMaker maker;
    maker.input("image", {"batch", 3, "height", ""}).output("y").node("Relu", {"image"}, {"y"});
    EXPECT_THAT(refusal(maker.write()), AllOf(HasSubstr("'image'"), HasSubstr("--shape height=N")));
    EXPECT_THAT(refusal(maker.write(), {{{"height", 6}}, {}, {}}), HasSubstr("--shape image.3=N"));
    EXPECT_THAT(refusal(maker.write(), {{{"height", -6}}, {}, {}}), HasSubstr("positive size"));
    EXPECT_THAT(refusal(maker.write(), {{{"heigth", 6}}, {{"image", {1, 3, 4, 5}}}, {}}),
                HasSubstr("no open dimension of that name"));
    EXPECT_THAT(refusal(maker.write(), {{{"image.1", 3}}, {{"image", {1, 3, 4, 5}}}, {}}),
                HasSubstr("no open dimension of that name"));
    EXPECT_THAT(refusal(maker.write(), {{}, {{"image", {1, 3, 4, 5}}, {"picture", {1}}}, {}}),
                HasSubstr("no input 'picture'"));
    const auto shapeOf = [&](const ImportOptions& options) {
        const nn::Graph graph = maker.import(options);
        return graph.value(graph.outputs[0]).shape;
    };
    EXPECT_EQ(shapeOf({{{"height", 6}, {"image.3", 7}}, {}, {}}), (nn::Shape{1, 3, 6, 7}));
    EXPECT_EQ(shapeOf({{}, {{"image", {2, 3, 4, 5}}}, {}}), (nn::Shape{2, 3, 4, 5}));
    EXPECT_EQ(shapeOf({{}, {}, {nn::Tensor::zeros(nn::ElementType::Float32, {1, 3, 9, 8})}}),
              (nn::Shape{1, 3, 9, 8}));
    EXPECT_THAT(refusal(maker.write(), {{}, {{"image", {1, 4, 4, 5}}}, {}}),
                HasSubstr("the model fixes it at 3"));
    EXPECT_THAT(refusal(maker.write(), {{}, {{"image", {1, 3}}}, {}}), HasSubstr("4 dimensions"));
}

TEST(Errors, HostileAttributes) {
    const auto conv = [](const std::function<void(schema::NodeProto&)>& spoil) {
        ModelMaker maker = goodModel();
        spoil(*maker.graph().mutable_node(0));
        const std::string message = refusal(maker.write());
        EXPECT_THAT(message, HasSubstr("'Conv_y' (Conv)"));
        return message;
    };
    EXPECT_THAT(conv([](auto& n) {
                    ModelMaker::setList(n, "strides", {0, 1});
                }),
                HasSubstr("'strides' has the entry 0"));
    EXPECT_THAT(conv([](auto& n) { ModelMaker::setList(n, "strides", {1}); }),
                HasSubstr("1 entries; 2 are needed"));
    EXPECT_THAT(conv([](auto& n) { ModelMaker::setList(n, "pads", {-1, 0, 0, 0}); }), HasSubstr("-1"));
    EXPECT_THAT(conv([](auto& n) {
                    ModelMaker::setList(n, "dilations", {std::int64_t{1} << 60, 1});
                }),
                HasSubstr("'dilations'"));
    EXPECT_THAT(conv([](auto& n) {
                    ModelMaker::setList(n, "dilations", {9, 9});
                }),
                HasSubstr("kernel spans 19 rows"));
    EXPECT_THAT(conv([](auto& n) { ModelMaker::set(n, "group", std::int64_t{0}); }),
                HasSubstr("'group' is 0"));
    EXPECT_THAT(conv([](auto& n) { ModelMaker::set(n, "group", std::int64_t{2}); }), HasSubstr("2 group(s)"));
    EXPECT_THAT(conv([](auto& n) {
                    ModelMaker::setList(n, "kernel_shape", {5, 5});
                }),
                HasSubstr("kernel 5x5"));
    EXPECT_THAT(conv([](auto& n) { ModelMaker::set(n, "auto_pad", "SOMETIMES"); }), HasSubstr("SOMETIMES"));
    EXPECT_THAT(conv([](auto& n) { ModelMaker::set(n, "auto_pad", 1.0F); }), HasSubstr("is not a string"));
    EXPECT_THAT(conv([](auto& n) { n.clear_input(); }), HasSubstr("input 0 is missing"));
    EXPECT_THAT(conv([](auto& n) { n.mutable_input()->RemoveLast(); }), HasSubstr("input 1 is missing"));
    EXPECT_THAT(conv([](auto& n) { n.add_output("extra"); }), HasSubstr("2 outputs"));
}

TEST(Errors, HostileShapes) {
    const auto reshape = [](const std::vector<std::int64_t>& target) {
        ModelMaker maker;
        maker.input("x", {2, 6}).integers("shape", target).output("y").node("Reshape", {"x", "shape"}, {"y"});
        return refusal(maker.write());
    };
    EXPECT_THAT(reshape({5, -1}), HasSubstr("12 elements"));
    EXPECT_THAT(reshape({-1, -1}), HasSubstr("more than one -1"));
    EXPECT_THAT(reshape({1, 1, 0}), HasSubstr("copies dimension 2"));
    EXPECT_THAT(reshape({-7}), HasSubstr("negative"));
    EXPECT_THAT(reshape({std::int64_t{1} << 40, std::int64_t{1} << 40}), HasSubstr("elements"));

    ModelMaker bomb;
    bomb.integers("shape", {1 << 20, 1 << 20}).output("y").node("ConstantOfShape", {"shape"}, {"y"});
    EXPECT_THAT(refusal(bomb.write()), HasSubstr("ConstantOfShape"));
    ModelMaker transposed;
    transposed.input("x", {2, 6}).output("y");
    ModelMaker::setList(transposed.node("Transpose", {"x"}, {"y"}), "perm", {0, 7});
    EXPECT_THAT(refusal(transposed.write()), HasSubstr("axis 7"));
    ModelMaker sliced;
    sliced.input("x", {2, 6}).integers("a", {0}).integers("step", {0}).output("y");
    sliced.node("Slice", {"x", "a", "a", "a", "step"}, {"y"});
    EXPECT_THAT(refusal(sliced.write()), HasSubstr("step of axis 0 is 0"));
    ModelMaker gathered;
    gathered.input("x", {2, 6}).integers("i", {2}).output("y").node("Gather", {"x", "i"}, {"y"});
    EXPECT_THAT(refusal(gathered.write()), HasSubstr("index 2 is outside of the 2"));
}

TEST(Errors, ComputedConstantsAreRefused) {
    ModelMaker maker;
    maker.input("x", {2, 6}).input("shape", {2}, schema::TensorProto::INT64).output("y");
    maker.node("Reshape", {"x", "shape"}, {"y"});
    EXPECT_THAT(refusal(maker.write()), AllOf(HasSubstr("'Reshape_y'"), HasSubstr("a constant is needed")));
    const nn::Graph graph = maker.import(
        {{}, {}, {nn::Tensor::zeros(nn::ElementType::Float32, {2, 6}), nn::Tensor::ofIntegers({2}, {3, 4})}});
    EXPECT_EQ(graph.value(graph.outputs[0]).shape, (nn::Shape{3, 4}));
    EXPECT_EQ(graph.inputs.size(), 2U);
}

/// Imports must end with a graph or one Error; anything else fails the test (or the sanitizer).
void importAnyhow(const std::string& bytes) {
    const fs::path path = ModelMaker::write(bytes);
    const auto start = std::chrono::steady_clock::now();
    try {
        importOnnx(path);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input) << error.what();
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

class Spoiled : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        const fs::path path = test::sharedFile(std::string("models/") + GetParam());
        if (path.empty()) {
            GTEST_SKIP() << "the folder of reference networks is absent";
        }
        std::ifstream file(path, std::ios::binary);
        bytes_.assign(std::istreambuf_iterator<char>(file), {});
    }
    std::string bytes_;
};

TEST_P(Spoiled, Truncated) {
    Random random(7);
    for (int i = 0; i < 60; ++i) {
        importAnyhow(bytes_.substr(0, random.below(bytes_.size())));
    }
}

TEST_P(Spoiled, BitsFlipped) {
    Random random(8);
    for (int i = 0; i < 150; ++i) {
        std::string spoiled = bytes_;
        for (std::uint64_t flips = 1 + random.below(6); flips > 0; --flips) {
            // The graph's structure is mostly at the front and the back, the weights between.
            const std::uint64_t span = std::min<std::uint64_t>(bytes_.size(), 4096);
            const std::uint64_t at =
                random.below(2) == 0 ? random.below(span) : bytes_.size() - 1 - random.below(span);
            spoiled[at] = static_cast<char>(spoiled[at] ^ static_cast<char>(1U << random.below(8)));
        }
        importAnyhow(spoiled);
    }
}

INSTANTIATE_TEST_SUITE_P(Shared, Spoiled,
                         testing::Values("convnet_kws.onnx", "resnet8_cifar10_qdq.onnx", "fastestdet.onnx",
                                         "light/light_squeezenet.onnx"),
                         [](const auto& model) {
                             std::string name = model.param;
                             std::ranges::replace_if(
                                 name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
                                 '_');
                             return name;
                         });

TEST(TensorFile, RoundTripAndErrors) {
    const nn::Tensor tensor = nn::Tensor::ofIntegers({2, 2}, {-128, 127, 0, 5}, nn::ElementType::Int8);
    const fs::path path = ModelMaker::file("tensor.pb");
    writeTensorProto(path, tensor);
    const nn::Tensor read = readTensorProto(path);
    EXPECT_EQ(read.type, tensor.type);
    EXPECT_EQ(read.shape, tensor.shape);
    EXPECT_EQ(read.integers(), tensor.integers());
    EXPECT_THROW(readTensorProto("/nowhere.pb"), Error);
    EXPECT_THROW(readTensorProto(ModelMaker::write("junk\xff", "junk.pb")), Error);
}

} // namespace
} // namespace tandem::onnx
