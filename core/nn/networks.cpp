// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/networks.h"

#include "core/nn/builder.h"

namespace tandem::nn {

namespace {

ValueId bundle(GraphBuilder& b, ValueId x, int channels) {
    x = b.relu6(b.batchNormalization(b.depthwise(x)));
    return b.relu6(b.batchNormalization(b.pointwise(x, channels)));
}

/// [1,C,H,W] to [1,4C,H/2,W/2], channels ordered row, column, channel.
ValueId spaceToDepth(GraphBuilder& b, ValueId x) {
    const Shape s = b.shape(x);
    const Shape cells{1, s[1], s[2] / 2, 2, s[3] / 2, 2}, moved{1, 2, 2, s[1], s[2] / 2, s[3] / 2};
    x = b.apply(Reshape{}, {x}, cells, "bypass.cells");
    x = b.apply(Transpose{{0, 3, 5, 1, 2, 4}}, {x}, moved, "bypass.order");
    return b.apply(Reshape{}, {x}, {1, 4 * s[1], s[2] / 2, s[3] / 2}, "bypass");
}

} // namespace

Graph skyNet(std::uint64_t seed) {
    GraphBuilder b("skynet", seed);
    ValueId x = b.input("image", {1, 3, 160, 320});
    x = b.maximumPool(bundle(b, x, 48), 2, 2);
    x = b.maximumPool(bundle(b, x, 96), 2, 2);
    const ValueId third = bundle(b, x, 192);
    x = bundle(b, b.maximumPool(third, 2, 2), 384);
    x = bundle(b, x, 512);
    const ValueId bypass = spaceToDepth(b, third);
    const Shape& map = b.shape(x);
    x = b.apply(Concat{1}, {bypass, x}, {1, b.shape(bypass)[1] + map[1], map[2], map[3]}, "concat");
    x = bundle(b, x, 96);
    return b.finish({b.convolution(x, {.channels = 10, .kernel = 1})});
}

} // namespace tandem::nn
