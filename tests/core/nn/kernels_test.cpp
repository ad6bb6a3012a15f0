// SPDX-License-Identifier: GPL-3.0-or-later
// Corners that the ONNX conformance cases (tests/core/onnx) do not reach.
#include "core/base/error.h"
#include "core/nn/kernels/kernels.h"
#include "core/nn/shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace tandem::nn::kernels {
namespace {

using testing::ElementsAre;

Tensor run(const Operator& op, const std::vector<Tensor>& inputs) {
    std::vector<TensorType> types;
    std::vector<const Tensor*> pointers;
    for (const Tensor& input : inputs) {
        types.push_back({input.type, input.shape});
        pointers.push_back(&input);
    }
    const auto outputs = inferOutputs(op, types);
    return evaluate(op, pointers, outputs).at(0);
}

TEST(Kernels, IntegersWrapToTheirType) {
    const Tensor a = Tensor::ofIntegers({3}, {200, 3, 255}, ElementType::UInt8);
    const Tensor b = Tensor::ofIntegers({1}, {100}, ElementType::UInt8);
    EXPECT_THAT(run(Binary{BinaryKind::Add}, {a, b}).integers(), ElementsAre(44, 103, 99));
    EXPECT_THAT(run(Binary{BinaryKind::Subtract}, {a, b}).integers(), ElementsAre(100, 159, 155));
    const Tensor least = Tensor::ofIntegers({1}, {std::numeric_limits<std::int64_t>::min()});
    const Tensor minusOne = Tensor::ofIntegers({1}, {-1});
    EXPECT_THAT(run(Binary{BinaryKind::Divide}, {least, minusOne}).integers(),
                ElementsAre(least.integers()[0]));
    EXPECT_THAT(run(Binary{BinaryKind::Multiply}, {least, minusOne}).integers(),
                ElementsAre(least.integers()[0]));
    const Tensor zero = Tensor::ofIntegers({1}, {0});
    EXPECT_NO_THROW(run(Binary{BinaryKind::Divide}, {least, zero}));
}

TEST(Kernels, CastsOfWhatDoesNotFit) {
    const Tensor x = Tensor::ofFloats({4}, {1e30F, -1.9F, std::nanf(""), 300.0F});
    EXPECT_NO_THROW(run(Cast{ElementType::Int64}, {x}));
    EXPECT_EQ(run(Cast{ElementType::Int32}, {x}).integers()[1], -1);
    EXPECT_EQ(run(Cast{ElementType::UInt8}, {x}).integers()[3], 44);
    EXPECT_THAT(run(Cast{ElementType::Bool}, {Tensor::ofFloats({2}, {0.0F, 0.5F})}).integers(),
                ElementsAre(0, 1));
}

TEST(Kernels, QuantizeRoundsHalfToEvenAndSaturates) {
    const Tensor x = Tensor::ofFloats({6}, {0.5F, 1.5F, 2.5F, -0.5F, 1000.0F, -1000.0F});
    const Tensor scale = Tensor::ofFloats({}, {1.0F});
    const Tensor zero = Tensor::ofIntegers({}, {1}, ElementType::Int8);
    EXPECT_THAT(run(Quantize{0}, {x, scale, zero}).integers(), ElementsAre(1, 3, 3, 1, 127, -128));
    EXPECT_THAT(run(Quantize{0}, {x, scale}).integers(), ElementsAre(0, 2, 2, 0, 255, 0));
}

TEST(Kernels, PaddingCropsBeforeItRepeats) {
    const Tensor x = Tensor::ofFloats({4}, {1, 2, 3, 4});
    EXPECT_THAT(run(Pad{PadMode::Edge, {2}, {-2}, 0.0F}, {x}).floats(), ElementsAre(1, 1, 1, 2));
    EXPECT_THAT(run(Pad{PadMode::Edge, {-1}, {2}, 0.0F}, {x}).floats(), ElementsAre(2, 3, 4, 4, 4));
    EXPECT_THAT(run(Pad{PadMode::Reflect, {2}, {-1}, 0.0F}, {x}).floats(), ElementsAre(3, 2, 1, 2, 3));
    EXPECT_THAT(run(Pad{PadMode::Constant, {-1}, {1}, 7.0F}, {x}).floats(), ElementsAre(2, 3, 4, 7));
    EXPECT_THROW(run(Pad{PadMode::Reflect, {4}, {0}, 0.0F}, {x}), Error);
}

TEST(Kernels, EmptyTensors) {
    const Tensor x = Tensor::zeros(ElementType::Float32, {0, 3});
    EXPECT_EQ(run(Transpose{{1, 0}}, {x}).shape, (Shape{3, 0}));
    EXPECT_EQ(run(Softmax{1}, {x}).shape, (Shape{0, 3}));
    EXPECT_EQ(run(Binary{}, {x, Tensor::zeros(ElementType::Float32, {1})}).shape, (Shape{0, 3}));
}

TEST(Kernels, LinearResizeOfACorner) {
    Resize op;
    op.mode = ResizeMode::Linear;
    op.scales = {2.0F};
    EXPECT_THAT(run(op, {Tensor::ofFloats({2}, {0, 4})}).floats(), ElementsAre(0, 1, 3, 4));
    op.coordinates = "align_corners";
    EXPECT_THAT(run(op, {Tensor::ofFloats({2}, {0, 3})}).floats(), ElementsAre(0, 1, 2, 3));
}

TEST(Kernels, FoldingHasABound) {
    const std::vector<TensorType> small{{ElementType::Float32, {1, 8}}, {ElementType::Float32, {4, 8}}},
        large{{ElementType::Float32, {60000, 8000}}, {ElementType::Float32, {4000, 8000}}};
    const std::vector<TensorType> few{{ElementType::Float32, {1, 4}}},
        many{{ElementType::Float32, {60000, 4000}}};
    EXPECT_TRUE(isFoldable(Linear{}, small, few));
    EXPECT_FALSE(isFoldable(Linear{}, large, many));
    EXPECT_TRUE(isFoldable(Reshape{}, large, many));
    EXPECT_FALSE(isFoldable(BipolarQuantize{}, small, few)) << "it carries a precision";
    Pool pool;
    pool.kernel = {1 << 20, 1 << 20};
    EXPECT_FALSE(isFoldable(pool, small, few));
}

} // namespace
} // namespace tandem::nn::kernels
