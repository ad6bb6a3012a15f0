// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/arithmetic/convolution_run.h"

#include "core/quant/arithmetic/requantize.h"

#include <algorithm>
#include <array>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

constexpr int kPixelBlock = 4;
constexpr int kPixelTile = 64;

/// Dot products of one weight row with kPixelBlock patches; the compiler makes pmaddwd of it.
std::array<std::int32_t, kPixelBlock> dotBlock(const std::int16_t* weights, const std::int16_t* patches,
                                               std::size_t length) {
    std::int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    const std::int16_t *p0 = patches, *p1 = p0 + length, *p2 = p1 + length, *p3 = p2 + length;
    for (std::size_t k = 0; k < length; ++k) {
        s0 += weights[k] * p0[k];
        s1 += weights[k] * p1[k];
        s2 += weights[k] * p2[k];
        s3 += weights[k] * p3[k];
    }
    return {s0, s1, s2, s3};
}

} // namespace

ConvolutionRun::ConvolutionRun(const ConvolutionLayer& op, std::span<const std::int16_t> weights,
                               const MapShape& in, const MapShape& out)
    : op_(op),
      weights_(weights),
      in_(in),
      out_(out),
      groupInputs_(in.channels / op.groups),
      groupOutputs_(out.channels / op.groups),
      patchLength_(at(groupInputs_) * at(op.kernel.height) * at(op.kernel.width)) {}

void ConvolutionRun::operator()(const std::vector<std::int32_t>& input,
                                std::vector<std::int32_t>& output) const {
    const int pixels = out_.height * out_.width;
    std::vector<std::int16_t> patches(patchLength_ * kPixelTile);
    for (int group = 0; group < op_.groups; ++group) {
        for (int first = 0; first < pixels; first += kPixelTile) {
            const int count = std::min(kPixelTile, pixels - first);
            for (int pixel = 0; pixel < count; ++pixel) {
                gather(input, group, first + pixel, patches.data() + at(pixel) * patchLength_);
            }
            for (int channel = group * groupOutputs_; channel < (group + 1) * groupOutputs_; ++channel) {
                multiply(patches, channel, first, count, output);
            }
        }
    }
}

void ConvolutionRun::gather(const std::vector<std::int32_t>& input, int group, int pixel,
                            std::int16_t* patch) const {
    const int y0 = pixel / out_.width * op_.stride.height - op_.padding.top;
    const int x0 = pixel % out_.width * op_.stride.width - op_.padding.left;
    for (int c = group * groupInputs_; c < (group + 1) * groupInputs_; ++c) {
        for (int ky = 0; ky < op_.kernel.height; ++ky) {
            const int y = y0 + ky * op_.dilation.height;
            const bool rowInside = y >= 0 && y < in_.height;
            const std::size_t row = rowInside ? (at(c) * at(in_.height) + at(y)) * at(in_.width) : 0;
            for (int kx = 0; kx < op_.kernel.width; ++kx) {
                const int x = x0 + kx * op_.dilation.width;
                const bool inside = rowInside && x >= 0 && x < in_.width;
                *patch++ = static_cast<std::int16_t>(inside ? input[row + at(x)] : op_.padValue);
            }
        }
    }
}

void ConvolutionRun::multiply(const std::vector<std::int16_t>& patches, int channel, int first, int count,
                              std::vector<std::int32_t>& output) const {
    const std::int16_t* weights = weights_.data() + at(channel) * patchLength_;
    const std::int32_t bias = op_.bias[at(channel)];
    std::int32_t* to = output.data() + at(channel) * at(out_.height * out_.width) + at(first);
    // The last block may read patches of an earlier tile; their results are not stored.
    for (int pixel = 0; pixel < count; pixel += kPixelBlock) {
        const auto sums = dotBlock(weights, patches.data() + at(pixel) * patchLength_, patchLength_);
        for (int i = 0; i < std::min(kPixelBlock, count - pixel); ++i) {
            to[pixel + i] = requantize(op_.requantization, channel, std::int64_t{bias} + sums[at(i)]);
        }
    }
}

} // namespace tandem::quant
