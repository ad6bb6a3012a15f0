// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/arithmetic/executor.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

std::int32_t requantize(std::int64_t accumulator, std::int64_t multiplier, std::int64_t rounding, int shift,
                        int low, int high) {
    const std::int64_t scaled = (accumulator * multiplier + rounding) >> shift;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(scaled, low, high));
}

std::int32_t requantize(const Requantization& by, int channel, std::int64_t accumulator) {
    return requantize(accumulator, by.multiplier[at(channel)], by.roundingOf(channel), by.shiftOf(channel),
                      by.low, by.high);
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

/// One convolution: patches of kPixelTile output pixels are gathered (im2col), then multiplied.
class ConvolutionRun {
  public:
    ConvolutionRun(const ConvolutionLayer& op, std::span<const std::int16_t> weights, const MapShape& in,
                   const MapShape& out)
        : op_(op),
          weights_(weights),
          in_(in),
          out_(out),
          groupInputs_(in.channels / op.groups),
          groupOutputs_(out.channels / op.groups),
          patchLength_(at(groupInputs_) * at(op.kernel.height) * at(op.kernel.width)) {}

    void operator()(const std::vector<std::int32_t>& input, std::vector<std::int32_t>& output) const {
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

  private:
    void gather(const std::vector<std::int32_t>& input, int group, int pixel, std::int16_t* patch) const {
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

    void multiply(const std::vector<std::int16_t>& patches, int channel, int first, int count,
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

    const ConvolutionLayer& op_;
    std::span<const std::int16_t> weights_;
    const MapShape &in_, &out_;
    int groupInputs_, groupOutputs_;
    std::size_t patchLength_;
};

void runPool(const PoolLayer& op, const MapShape& in, const MapShape& out,
             const std::vector<std::int32_t>& input, std::vector<std::int32_t>& output) {
    const bool isMaximum = op.kind == nn::PoolKind::Maximum;
    std::size_t index = 0;
    for (int c = 0; c < out.channels; ++c) {
        const std::int32_t* map = input.data() + at(c) * at(in.height * in.width);
        for (int oy = 0; oy < out.height; ++oy) {
            for (int ox = 0; ox < out.width; ++ox) {
                const int y0 = oy * op.stride.height - op.padding.top;
                const int x0 = ox * op.stride.width - op.padding.left;
                const int yFirst = std::max(y0, 0), yLast = std::min(y0 + op.kernel.height, in.height);
                const int xFirst = std::max(x0, 0), xLast = std::min(x0 + op.kernel.width, in.width);
                std::int32_t largest = map[yFirst * in.width + xFirst], sum = 0;
                for (int y = yFirst; y < yLast; ++y) {
                    for (int x = xFirst; x < xLast; ++x) {
                        const std::int32_t value = map[y * in.width + x];
                        largest = std::max(largest, value);
                        sum += value;
                    }
                }
                const int padded = op.kernel.height * op.kernel.width - (yLast - yFirst) * (xLast - xFirst);
                output[index++] =
                    isMaximum ? largest
                              : requantize(op.requantization, 0,
                                           std::int64_t{op.bias} + sum + std::int64_t{padded} * op.padValue);
            }
        }
    }
}

void runAdd(const AddLayer& op, const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b,
            std::vector<std::int32_t>& output) {
    for (std::size_t i = 0; i < output.size(); ++i) {
        const std::int64_t sum = std::int64_t{a[i]} * op.multiplierA + std::int64_t{b[i]} * op.multiplierB;
        output[i] = requantize(sum, 1, op.rounding, op.shift, op.low, op.high);
    }
}

/// Runs one layer that is neither convolution, pool nor addition.
struct PlainRun {
    const IntegerNetwork& network;
    const IntegerLayer& layer;
    const std::vector<std::vector<std::int32_t>>& values;
    std::vector<std::int32_t>& to;

    const std::vector<std::int32_t>& from(std::size_t input) const { return values[at(layer.inputs[input])]; }
    const MapShape& in(std::size_t input) const { return network.tensors[at(layer.inputs[input])].shape; }
    const MapShape& out() const { return network.tensors[at(layer.output)].shape; }

    /// Calls cell(channel, row, column) for every output element in order and stores what it gives.
    template <typename Cell>
    void fill(Cell cell) const {
        std::size_t index = 0;
        for (int c = 0; c < out().channels; ++c) {
            for (int y = 0; y < out().height; ++y) {
                for (int x = 0; x < out().width; ++x) {
                    to[index++] = cell(c, y, x);
                }
            }
        }
    }
    std::int32_t cell(int c, int y, int x) const {
        return from(0)[(at(c) * at(in(0).height) + at(y)) * at(in(0).width) + at(x)];
    }

    void operator()(const TableLayer& op) const {
        const int low = network.tensors[at(layer.inputs[0])].format.low();
        std::ranges::transform(from(0), to.begin(), [&](std::int32_t x) { return op.values[at(x - low)]; });
    }

    void operator()(const ConcatLayer&) const {
        auto end = to.begin();
        for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
            end = std::ranges::copy(from(i), end).out;
        }
    }

    void operator()(const SelectLayer& op) const {
        fill([&](int c, int y, int x) { return cell(op.channels[at(c)], y, x); });
    }

    void operator()(const ExpandLayer& op) const {
        const auto [fy, fx] = op.factor;
        fill([&, fy, fx](int c, int y, int x) {
            const bool stored = op.repeat || (y % fy == 0 && x % fx == 0);
            return stored ? cell(c, y / fy, x / fx) : op.fill;
        });
    }

    void operator()(const ScaleLayer& op) const {
        fill([&](int c, int y, int x) {
            const std::int64_t product = std::int64_t{cell(c, y, x) - op.zeroA} * (from(1)[at(c)] - op.zeroB);
            return requantize(product, op.multiplier, op.rounding, op.shift, op.low, op.high);
        });
    }

    void operator()(const SpaceToDepthLayer& op) const {
        const int b = op.block, channels = in(0).channels;
        fill([&, b, channels](int c, int y, int x) {
            const int offset = c / channels;
            return cell(c % channels, y * b + offset / b, x * b + offset % b);
        });
    }

    void operator()(const DepthToSpaceLayer& op) const {
        const int b = op.block, channels = out().channels;
        fill([&, b, channels](int c, int y, int x) {
            return cell((y % b * b + x % b) * channels + c, y / b, x / b);
        });
    }

    /// The others have their own functions.
    void operator()(const ConvolutionLayer&) const {}
    void operator()(const PoolLayer&) const {}
    void operator()(const AddLayer&) const {}
};

} // namespace

Executor::Executor(const IntegerNetwork& network) : network_(network) {
    check(network_);
    for (const IntegerLayer& layer : network_.layers) {
        const auto* convolution = std::get_if<ConvolutionLayer>(&layer.op);
        weights_.emplace_back();
        if (convolution != nullptr) {
            weights_.back().assign(convolution->weights.begin(), convolution->weights.end());
        }
    }
}

std::vector<std::vector<std::int32_t>> Executor::run(std::span<const std::int32_t> input) const {
    const IntegerTensor& entry = network_.tensors[at(network_.input)];
    if (input.size() != at(entry.shape.count())) {
        throw workError("integer network '{}': {} input elements, {} expected", network_.name, input.size(),
                        entry.shape.count());
    }
    for (const std::int32_t value : input) {
        if (value < entry.format.low() || value > entry.format.high()) {
            throw workError("integer network '{}': input value {} is outside {}..{}", network_.name, value,
                            entry.format.low(), entry.format.high());
        }
    }
    std::vector<std::vector<std::int32_t>> values(network_.tensors.size());
    values[at(network_.input)].assign(input.begin(), input.end());
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
        const IntegerLayer& layer = network_.layers[i];
        const MapShape& in = network_.tensors[at(layer.inputs[0])].shape;
        const MapShape& out = network_.tensors[at(layer.output)].shape;
        const std::vector<std::int32_t>& from = values[at(layer.inputs[0])];
        std::vector<std::int32_t> to(at(out.count()));
        if (const auto* convolution = std::get_if<ConvolutionLayer>(&layer.op)) {
            ConvolutionRun(*convolution, weights_[i], in, out)(from, to);
        } else if (const auto* pool = std::get_if<PoolLayer>(&layer.op)) {
            runPool(*pool, in, out, from, to);
        } else if (const auto* add = std::get_if<AddLayer>(&layer.op)) {
            runAdd(*add, from, values[at(layer.inputs[1])], to);
        } else {
            std::visit(PlainRun{network_, layer, values, to}, layer.op);
        }
        values[at(layer.output)] = std::move(to);
    }
    return values;
}

std::vector<std::int32_t> Executor::output(std::span<const std::int32_t> input) const {
    return std::move(run(input)[at(network_.output)]);
}

std::vector<std::vector<std::int32_t>> execute(const IntegerNetwork& network,
                                               const std::vector<std::int32_t>& input) {
    return Executor(network).run(input);
}

} // namespace tandem::quant
