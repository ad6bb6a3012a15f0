// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/nn/shapes.h"

#include <gtest/gtest.h>

namespace tandem::nn {
namespace {

TEST(Shapes, ElementCountIsChecked) {
    EXPECT_EQ(checkedElementCount({}), 1);
    EXPECT_EQ(checkedElementCount({2, 3, 4}), 24);
    EXPECT_EQ(checkedElementCount({std::int64_t{1} << 40, 0}), 0);
    EXPECT_EQ(checkedElementCount({kMaxElements}), kMaxElements);
    EXPECT_THROW(checkedElementCount({kMaxElements, 2}), Error);
    EXPECT_THROW(checkedElementCount({std::int64_t{1} << 62, 4, 4}), Error);
    EXPECT_THROW(checkedElementCount({3, -1}), Error);
}

TEST(Shapes, BroadcastFollowsNumpy) {
    EXPECT_EQ(broadcastShape({3, 1, 5}, {4, 1}), (Shape{3, 4, 5}));
    EXPECT_EQ(broadcastShape({}, {2}), (Shape{2}));
    EXPECT_EQ(broadcastShape({1}, {0}), (Shape{0}));
    EXPECT_THROW(broadcastShape({3}, {4}), Error);
}

TEST(Shapes, AxesCountFromTheBack) {
    EXPECT_EQ(settledAxis(-1, 4), 3);
    EXPECT_EQ(settledAxis(0, 4), 0);
    EXPECT_THROW(settledAxis(4, 4), Error);
    EXPECT_THROW(settledAxis(-5, 4), Error);
    EXPECT_THROW(settledAxis(0, 0), Error);
}

Shape resultOf(const Operator& op, const std::vector<Shape>& inputs) {
    std::vector<TensorType> types;
    for (const Shape& shape : inputs) {
        types.push_back({ElementType::Float32, shape});
    }
    return inferOutputs(op, types).at(0).shape;
}

TEST(Shapes, Convolutions) {
    const Convolution strided{{3, 5}, {2, 1}, {1, 2}, {1, 0, 1, 0}, 1};
    EXPECT_EQ(resultOf(strided, {{1, 8, 32, 32}, {16, 8, 3, 5}}), (Shape{1, 16, 16, 24}));
    const Convolution depthwise{{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 8};
    EXPECT_EQ(resultOf(depthwise, {{1, 8, 5, 5}, {8, 1, 3, 3}, {8}}), (Shape{1, 8, 5, 5}));
    EXPECT_THROW(resultOf(depthwise, {{1, 6, 5, 5}, {8, 1, 3, 3}}), Error);
    EXPECT_THROW(resultOf(depthwise, {{1, 8, 5, 5}, {8, 1, 3, 3}, {7}}), Error);
    EXPECT_THROW(resultOf(strided, {{1, 8, 1, 2}, {16, 8, 3, 5}}), Error);
    const TransposedConvolution up{{3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1};
    EXPECT_EQ(resultOf(up, {{1, 4, 7, 7}, {4, 6, 3, 3}}), (Shape{1, 6, 14, 14}));
}

TEST(Shapes, Slices) {
    EXPECT_EQ(resultOf(Slice{{9}, {-1}, {-3}}, {{10}}), (Shape{4}));
    EXPECT_EQ(resultOf(Slice{{2}, {9}, {3}}, {{10}}), (Shape{3}));
    EXPECT_EQ(resultOf(Slice{{5}, {2}, {1}}, {{10}}), (Shape{0}));
}

TEST(Shapes, ScalesThatFallShortByARounding) {
    Resize op;
    op.scales = {1.0F, 1.0F, 7.0F / 3.0F, 0.7F};
    EXPECT_EQ(resultOf(op, {{1, 1, 3, 10}}), (Shape{1, 1, 7, 7}));
}

TEST(Shapes, WrongTypesAreNamed) {
    const std::vector<TensorType> inputs{{ElementType::Int8, {1, 4}}, {ElementType::Float32, {1, 4}}};
    EXPECT_THROW(inferOutputs(Binary{}, inputs), Error);
    EXPECT_THROW(inferOutputs(Softmax{}, std::span(inputs).first(1)), Error);
    EXPECT_THROW(inferOutputs(Binary{}, std::span(inputs).first(1)), Error);
}

} // namespace
} // namespace tandem::nn
