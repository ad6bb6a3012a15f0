// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/builder.h"
#include "core/nn/passes/passes.h"
#include "core/space/joint_space.h"
#include "tests/core/space/networks.h"
#include "tests/core/support/stripes.h"

namespace tandem::test {

/// 5x5 convolution (16), a residual pair of a depth-wise and a point-wise one, a linear layer that reads rows
/// and columns: widths, a kernel, a depth, bits to choose.
inline nn::Graph elasticNetwork() {
    nn::GraphBuilder b("elastic", 2);
    const nn::ValueId x = b.input("image", {1, 1, 8, 8});
    const nn::ValueId y = b.relu(b.batchNormalization(b.convolution(x, {.channels = 16, .kernel = 5})));
    const nn::ValueId inner = b.relu(b.batchNormalization(b.depthwise(b.relu(b.pointwise(y, 12)))));
    const nn::ValueId z = b.relu(b.add(b.pointwise(inner, 16), y));
    return nn::prepare(b.finish({b.linear(b.flatten(b.averagePool(z, 4, 4)), 2)}));
}

inline space::JointSpace elasticSpace() {
    return {elasticNetwork(), exampleDevice()};
}

inline std::vector<std::size_t> range(std::size_t first, std::size_t last) {
    std::vector<std::size_t> indices(last - first);
    std::iota(indices.begin(), indices.end(), first);
    return indices;
}

inline std::vector<nn::Tensor> inputsOf(const data::Dataset& dataset, std::size_t count) {
    std::vector<nn::Tensor> inputs;
    for (std::size_t sample = 0; sample < count; ++sample) {
        inputs.push_back(dataset.batch({{sample}}));
    }
    return inputs;
}

} // namespace tandem::test
