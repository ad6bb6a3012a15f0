// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/input_format.h"
#include "core/nn/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tandem::data {
namespace {

using nn::GraphBuilder;
using nn::Tensor;
using testing::ElementsAre;
using testing::HasSubstr;

Dataset pictures(int channels = 3) {
    Dataset dataset;
    dataset.name = "pictures";
    dataset.sampleShape = {channels, 2, 2};
    dataset.images = std::vector<std::uint8_t>(static_cast<std::size_t>(channels) * 4 * 100, 51);
    dataset.labels.assign(100, 0);
    dataset.classes = 1;
    dataset.trainingCount = 100;
    dataset.normalization.scale = 1.0F / 255.0F;
    return dataset;
}

std::vector<std::size_t> all(const Dataset& dataset) {
    std::vector<std::size_t> samples(dataset.size());
    std::iota(samples.begin(), samples.end(), std::size_t{0});
    return samples;
}

InputFormat found(const nn::Graph& graph, const Dataset& dataset, const DataSpec& spec = {},
                  const AccuracyOf& accuracyOf = {}) {
    const std::vector<std::size_t> samples = all(dataset);
    return findInputFormat(graph, dataset, spec, samples, accuracyOf);
}

/// x (op) constant, then a Relu.
nn::Graph behind(nn::BinaryKind first, float a, nn::BinaryKind second, float b) {
    GraphBuilder builder("g");
    nn::ValueId x = builder.input("x", {1, 3, 2, 2});
    x = builder.apply(nn::Binary{first}, {x, builder.constant("a", Tensor::ofFloats({1}, {a}))}, {1, 3, 2, 2},
                      "first");
    x = builder.apply(nn::Binary{second}, {x, builder.constant("b", Tensor::ofFloats({1}, {b}))},
                      {1, 3, 2, 2}, "second");
    return builder.finish({builder.relu(x)});
}

TEST(InputFormat, FollowsWhatTheNetworkSubtractsAndDividesBy) {
    using enum nn::BinaryKind;
    const InputFormat bytes = found(behind(Subtract, 120.0F, Divide, 60.0F), pictures());
    EXPECT_FLOAT_EQ(bytes.normalization.scale, 1.0F);
    EXPECT_THAT(bytes.reason, HasSubstr("0..255"));
    const InputFormat unit = found(behind(Subtract, 0.45F, Divide, 0.25F), pictures());
    EXPECT_FLOAT_EQ(unit.normalization.scale, 1.0F / 255.0F);
    EXPECT_TRUE(unit.normalization.mean.empty());
    // x / 127.5 - 1 makes -1..1 of bytes.
    EXPECT_FLOAT_EQ(found(behind(Divide, 127.5F, Subtract, 1.0F), pictures()).normalization.scale, 1.0F);
    EXPECT_FLOAT_EQ(found(behind(Multiply, 2.0F, Add, -1.0F), pictures()).normalization.scale, 1.0F / 255.0F);
}

TEST(InputFormat, FollowsABatchNormalizationAtTheInput) {
    GraphBuilder builder("g");
    const auto perChannel = [&](const char* name, float value) {
        return builder.constant(name, Tensor::ofFloats({3}, {value, value, value}));
    };
    const nn::ValueId x = builder.input("x", {1, 3, 2, 2});
    const nn::ValueId y = builder.apply(
        nn::BatchNormalization{},
        {x, perChannel("s", 1.0F), perChannel("o", 0.0F), perChannel("m", 118.0F), perChannel("v", 4000.0F)},
        {1, 3, 2, 2}, "norm");
    EXPECT_FLOAT_EQ(found(builder.finish({builder.relu(y)}), pictures()).normalization.scale, 1.0F);
}

TEST(InputFormat, FollowsAQuantizedInput) {
    GraphBuilder builder("g");
    const nn::ValueId x = builder.input("x", {1, 3, 2, 2});
    const nn::ValueId scale = builder.constant("s", Tensor::ofFloats({}, {1.0F / 128}));
    const nn::ValueId zero = builder.constant("z", Tensor::ofFloats({}, {0.0F}));
    const nn::ValueId y =
        builder.apply(nn::FakeQuantize{{8, true, false}, {}}, {x, scale, zero}, {1, 3, 2, 2}, "q");
    const Dataset dataset = pictures();
    const InputFormat format = found(builder.finish({builder.relu(y)}), dataset);
    EXPECT_FLOAT_EQ(format.normalization.scale, 2.0F / 255.0F);
    EXPECT_THAT(format.normalization.mean, ElementsAre(1.0F, 1.0F, 1.0F));
    EXPECT_THAT(toString(format, dataset), HasSubstr("3x2x2, channels first"));
}

nn::Graph plain(const nn::Shape& shape = {1, 3, 2, 2}) {
    GraphBuilder builder("g");
    return builder.finish({builder.relu(builder.input("x", shape))});
}

TEST(InputFormat, IsMeasuredWhereTheNetworkSaysNothing) {
    // A network that is right when bytes arrive as they are: 51 stays 51.
    const AccuracyOf bytesAreRight = [](const Dataset& dataset, std::span<const std::size_t> samples) {
        return dataset.batch(samples.first(1)).floats()[0] == 51.0F ? 0.9 : 0.2;
    };
    const InputFormat format = found(plain(), pictures(), {}, bytesAreRight);
    EXPECT_FLOAT_EQ(format.normalization.scale, 1.0F);
    EXPECT_THAT(format.reason, testing::AllOf(HasSubstr("90.0 %"), HasSubstr("100 training samples")));
    const AccuracyOf noDifference = [](const Dataset& dataset, std::span<const std::size_t> samples) {
        return dataset.batch(samples.first(1)).floats()[0] == 51.0F ? 0.55 : 0.52;
    };
    EXPECT_FLOAT_EQ(found(plain(), pictures(), {}, noDifference).normalization.scale, 1.0F / 255.0F);
    EXPECT_FLOAT_EQ(found(plain(), pictures()).normalization.scale, 1.0F / 255.0F);
}

TEST(InputFormat, IsWhatThePersonSays) {
    DataSpec spec = parseDataSpec("x:range=-1..1:layout=nhwc");
    const InputFormat format =
        found(behind(nn::BinaryKind::Subtract, 120.0F, nn::BinaryKind::Divide, 60.0F), pictures(), spec);
    EXPECT_FLOAT_EQ(format.normalization.scale, 2.0F / 255.0F);
    EXPECT_EQ(format.layout, Layout::ChannelsLast);
    EXPECT_EQ(inputFormatFromJson(toJson(format)), format);
    EXPECT_THROW(inputFormatFromJson(nlohmann::ordered_json::object()), Error);
}

TEST(InputFormat, IsRefusedWhereLabelsAreBeyondTheOutputs) {
    GraphBuilder builder("g");
    const nn::ValueId x = builder.input("x", {1, 3, 2, 2});
    const nn::Graph graph = builder.finish({builder.linear(builder.flatten(x), 3)});
    Dataset dataset = pictures();
    const auto message = [&](std::vector<int> labels) -> std::string {
        labels.resize(100, labels.back());
        dataset.labels = labels;
        try {
            found(graph, dataset);
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    EXPECT_EQ(message({0, 1, 2}), "no error");
    EXPECT_EQ(message({1, 2}), "no error");
    EXPECT_THAT(message({1, 2, 3}), testing::AllOf(HasSubstr("labels go from 1 to 3"), HasSubstr("3 outputs"),
                                                   HasSubstr("labels count from 0")));
    EXPECT_THAT(message({0, 9}),
                testing::AllOf(HasSubstr("labels go from 0 to 9"), testing::Not(HasSubstr("count from"))));
}

TEST(InputFormat, FindsTheLayoutFromTheShape) {
    EXPECT_EQ(found(plain({1, 2, 2, 3}), pictures()).layout, Layout::ChannelsLast);
    EXPECT_EQ(found(plain({1, 3, 2, 2}), pictures()).layout, Layout::ChannelsFirst);
    EXPECT_EQ(found(plain({1, 12}), pictures()).layout, Layout::ChannelsFirst);
    EXPECT_THROW(found(plain({1, 3, 2, 3}), pictures()), Error);
}

} // namespace
} // namespace tandem::data
