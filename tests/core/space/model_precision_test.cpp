// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/builder.h"
#include "core/nn/passes/passes.h"
#include "core/space/joint_space.h"
#include "tests/core/space/networks.h"

#include <gtest/gtest.h>

namespace tandem::space {
namespace {

nn::ValueId number(nn::GraphBuilder& builder, const char* name, float value) {
    return builder.constant(name, nn::Tensor::ofFloats({}, {value}));
}

/// x quantized to this many bits, signed or not.
nn::ValueId quantized(nn::GraphBuilder& builder, nn::ValueId x, int bits, bool isSigned, const char* name) {
    return builder.apply(nn::FakeQuantize{{bits, isSigned, false}, nn::Rounding::HalfEven},
                         {x, number(builder, "scale", 0.125F), number(builder, "zero", 0.0F)},
                         builder.shape(x), name);
}

nn::ValueId convolution(nn::GraphBuilder& builder, nn::ValueId x, int weightBits, const char* name) {
    nn::Tensor weights = nn::Tensor::zeros(nn::ElementType::Float32, {8, builder.shape(x)[1], 1, 1});
    for (std::size_t i = 0; i < weights.floats().size(); ++i) {
        weights.floats()[i] = 0.125F * static_cast<float>(i % 5) - 0.25F;
    }
    nn::ValueId w = builder.constant(std::string(name) + "/weights", std::move(weights));
    if (weightBits > 0) {
        w = quantized(builder, w, weightBits, true, "weights");
    }
    const nn::Shape& shape = builder.shape(x);
    return builder.apply(nn::Convolution{{1, 1}, {1, 1}, {1, 1}, {}, 1}, {x, w}, {1, 8, shape[2], shape[3]},
                         name);
}

int importedBits(const JointSpace& joint, const std::string& name) {
    const point::Space& space = joint.space();
    const auto parameter = std::ranges::find(space.parameters, name, &point::Parameter::name);
    EXPECT_NE(parameter, space.parameters.end()) << name;
    return static_cast<int>(parameter->choices[static_cast<std::size_t>(parameter->imported)].value);
}

TEST(ModelPrecision, OfAQuantizedModelIsTheImportedChoice) {
    nn::GraphBuilder builder("quantized");
    nn::ValueId x = quantized(builder, builder.input("x", {1, 4, 6, 6}), 8, false, "input");
    x = quantized(builder, builder.relu(convolution(builder, x, 4, "first")), 3, false, "middle");
    x = convolution(builder, x, 0, "second");
    const JointSpace joint(nn::prepare(builder.finish({x})), test::exampleDevice());
    EXPECT_EQ(importedBits(joint, "model.b0.weight_bits"), 4);
    EXPECT_EQ(importedBits(joint, "model.b0.activation_bits"), 3);
    EXPECT_EQ(importedBits(joint, "model.b1.weight_bits"), 8) << "floats say nothing";
    EXPECT_EQ(importedBits(joint, "model.b1.activation_bits"), 8);
}

} // namespace
} // namespace tandem::space
