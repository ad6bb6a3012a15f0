// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library. A copy that Tandem writes into generated code belongs to the user, who may
// use, change and pass it on without conditions (see Tandem's LICENSE).
//
// Integer kernels for quantized networks: C++17, no dependencies, no heap, no floating point. Feature maps
// are ordered channel, row, column; a stored integer q stands for scale * (q - zeroPoint). Every kernel ends
// in
//
//     y = clamp((sum * multiplier + rounding) >> shift, low, high)
//
// with sums in 32 bits (the generator proves that they fit), products in 64 and an arithmetic shift, so the
// rounding is half up, for negative numbers too.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tandem_kernels {

/// Channels, rows and columns of a feature map.
struct Map {
    int channels, height, width;
};

/// How a window moves over a map. Padding at the bottom and at the right follows from the output's size.
struct Window {
    int kernelHeight, kernelWidth;
    int strideHeight, strideWidth;
    int dilationHeight, dilationWidth;
    int padTop, padLeft;
};

/// From sums to the output's integers. `shift` has one entry, or with `shiftPerChannel` one per output
/// channel.
struct Scale {
    const std::uint16_t* multiplier;
    const std::uint8_t* shift;
    bool shiftPerChannel;
    int zeroPoint;
    int low, high;
};

/// y = clamp((sum * multiplier + rounding) >> shift, low, high). Shifting a negative number to the right
/// keeps its sign: every compiler does so, C++20 demands it.
inline int rescale(std::int64_t sum, std::int64_t multiplier, std::int64_t rounding, int shift, int low,
                   int high) {
    const std::int64_t scaled = (sum * multiplier + rounding) >> shift;
    return static_cast<int>(std::min<std::int64_t>(std::max<std::int64_t>(scaled, low), high));
}

inline std::int64_t roundingOf(int shift, int zeroPoint) {
    const std::int64_t half = shift > 0 ? std::int64_t{1} << (shift - 1) : 0;
    return half + zeroPoint * (std::int64_t{1} << shift);
}

inline int rescale(std::int64_t sum, const Scale& scale, int channel) {
    const int shift = scale.shift[scale.shiftPerChannel ? channel : 0];
    return rescale(sum, scale.multiplier[channel], roundingOf(shift, scale.zeroPoint), shift, scale.low,
                   scale.high);
}

/// A layer whose kernel covers its whole input: one dot product per output channel. Weights are
/// [output channel][input element].
template <typename In, typename Out>
void fullyConnected(const In* x, int inputs, Out* y, int outputs, const std::int8_t* weights,
                    const std::int32_t* bias, const Scale& scale) {
    for (int channel = 0; channel < outputs; ++channel, weights += inputs) {
        std::int32_t sum = bias[channel];
        for (int i = 0; i < inputs; ++i) {
            sum += static_cast<std::int32_t>(weights[i]) * x[i];
        }
        y[channel] = static_cast<Out>(rescale(sum, scale, channel));
    }
}

/// Adds weight * x to the sums of one output row; cells outside the input row read `padValue`.
template <typename In>
void addTap(const In* row, int inputWidth, std::int32_t* sums, int outputWidth, int firstColumn, int stride,
            std::int32_t weight, std::int32_t padValue) {
    // Output columns [from, to) read inside the row.
    const int from = firstColumn >= 0 ? 0 : std::min(outputWidth, (-firstColumn + stride - 1) / stride);
    const int reach = inputWidth - firstColumn;
    const int to = reach <= 0 ? from : std::max(from, std::min(outputWidth, (reach + stride - 1) / stride));
    for (int x = 0; x < from; ++x) {
        sums[x] += weight * padValue;
    }
    if (stride == 1) {
        for (int x = from; x < to; ++x) {
            sums[x] += weight * row[firstColumn + x];
        }
    } else {
        for (int x = from; x < to; ++x) {
            sums[x] += weight * row[firstColumn + x * stride];
        }
    }
    for (int x = to; x < outputWidth; ++x) {
        sums[x] += weight * padValue;
    }
}

/// Convolution of any grouping. Weights are [output channel][input channel / groups][row][column]; `sums` is
/// scratch space for one output row.
template <typename In, typename Out>
void convolution(const In* x, Map in, Out* y, Map out, const Window& window, int groups,
                 const std::int8_t* weights, const std::int32_t* bias, int padValue, const Scale& scale,
                 std::int32_t* sums) {
    const int groupInputs = in.channels / groups, groupOutputs = out.channels / groups;
    const int channelWeights = groupInputs * window.kernelHeight * window.kernelWidth;
    for (int channel = 0; channel < out.channels; ++channel, weights += channelWeights) {
        const In* group = x + channel / groupOutputs * groupInputs * in.height * in.width;
        for (int row = 0; row < out.height; ++row) {
            std::fill(sums, sums + out.width, bias[channel]);
            const std::int8_t* weight = weights;
            for (int input = 0; input < groupInputs; ++input) {
                for (int ky = 0; ky < window.kernelHeight; ++ky) {
                    const int inputRow =
                        row * window.strideHeight + ky * window.dilationHeight - window.padTop;
                    const bool inside = inputRow >= 0 && inputRow < in.height;
                    const In* from = group + (input * in.height + (inside ? inputRow : 0)) * in.width;
                    for (int kx = 0; kx < window.kernelWidth; ++kx, ++weight) {
                        addTap(from, inside ? in.width : 0, sums, out.width,
                               kx * window.dilationWidth - window.padLeft, window.strideWidth, *weight,
                               padValue);
                    }
                }
            }
            for (int column = 0; column < out.width; ++column) {
                *y++ = static_cast<Out>(rescale(sums[column], scale, channel));
            }
        }
    }
}

/// The part of a window that lies inside the map.
struct Clipped {
    int firstRow, endRow, firstColumn, endColumn;
};

inline Clipped clip(Map in, const Window& window, int row, int column) {
    const int top = row * window.strideHeight - window.padTop;
    const int left = column * window.strideWidth - window.padLeft;
    return {std::max(top, 0), std::min(top + window.kernelHeight, in.height), std::max(left, 0),
            std::min(left + window.kernelWidth, in.width)};
}

/// The largest value under every window; padding never wins.
template <typename Element>
void maximumPool(const Element* x, Map in, Element* y, Map out, const Window& window) {
    for (int channel = 0; channel < out.channels; ++channel, x += in.height * in.width) {
        for (int row = 0; row < out.height; ++row) {
            for (int column = 0; column < out.width; ++column) {
                const Clipped part = clip(in, window, row, column);
                Element largest = x[part.firstRow * in.width + part.firstColumn];
                for (int r = part.firstRow; r < part.endRow; ++r) {
                    for (int c = part.firstColumn; c < part.endColumn; ++c) {
                        largest = std::max(largest, x[r * in.width + c]);
                    }
                }
                *y++ = largest;
            }
        }
    }
}

/// The sum under every window (padding reads `padValue`) plus `bias`, rescaled: the division is part of the
/// multiplier. One multiplier and shift for all channels.
template <typename In, typename Out>
void averagePool(const In* x, Map in, Out* y, Map out, const Window& window, std::int32_t bias, int padValue,
                 const Scale& scale) {
    const int area = window.kernelHeight * window.kernelWidth;
    for (int channel = 0; channel < out.channels; ++channel, x += in.height * in.width) {
        for (int row = 0; row < out.height; ++row) {
            for (int column = 0; column < out.width; ++column) {
                const Clipped part = clip(in, window, row, column);
                const int inside = (part.endRow - part.firstRow) * (part.endColumn - part.firstColumn);
                std::int32_t sum = bias + (area - inside) * padValue;
                for (int r = part.firstRow; r < part.endRow; ++r) {
                    for (int c = part.firstColumn; c < part.endColumn; ++c) {
                        sum += x[r * in.width + c];
                    }
                }
                *y++ = static_cast<Out>(rescale(sum, scale, 0));
            }
        }
    }
}

/// How two maps are brought to one scale; the zero points of all three are part of `rounding`.
struct AddScale {
    std::int32_t multiplierA, multiplierB;
    std::int64_t rounding;
    int shift;
    int low, high;
};

/// Element by element a * multiplierA + b * multiplierB, rescaled with one rounding.
template <typename InA, typename InB, typename Out>
void add(const InA* a, const InB* b, Out* y, int count, const AddScale& scale) {
    for (int i = 0; i < count; ++i) {
        const std::int64_t sum =
            std::int64_t{scale.multiplierA} * a[i] + std::int64_t{scale.multiplierB} * b[i];
        y[i] = static_cast<Out>(rescale(sum, 1, scale.rounding, scale.shift, scale.low, scale.high));
    }
}

/// y = values[x - low] for every element; `low` is the smallest input.
template <typename In, typename Out>
void table(const In* x, Out* y, int count, const std::int16_t* values, int low) {
    for (int i = 0; i < count; ++i) {
        y[i] = static_cast<Out>(values[x[i] - low]);
    }
}

/// A map as part of another one: concatenation along the channels.
template <typename Element>
void copy(const Element* x, Element* y, int count) {
    std::copy(x, x + count, y);
}

/// Output channel i is input channel channels[i].
template <typename Element>
void select(const Element* x, int cells, Element* y, int outputs, const std::int32_t* channels) {
    for (int channel = 0; channel < outputs; ++channel, y += cells) {
        copy(x + channels[channel] * cells, y, cells);
    }
}

/// Every cell becomes factorHeight x factorWidth cells: copies of it, or itself and `fill` around it.
template <typename Element>
void expand(const Element* x, Map in, Element* y, int factorHeight, int factorWidth, bool repeat, int fill) {
    for (int channel = 0; channel < in.channels; ++channel, x += in.height * in.width) {
        for (int row = 0; row < in.height * factorHeight; ++row) {
            const Element* from = x + row / factorHeight * in.width;
            for (int column = 0; column < in.width * factorWidth; ++column) {
                const bool first = row % factorHeight == 0 && column % factorWidth == 0;
                *y++ = repeat || first ? from[column / factorWidth] : static_cast<Element>(fill);
            }
        }
    }
}

/// How a map times one factor per channel is brought to the output's scale.
struct ProductScale {
    std::int32_t zeroA, zeroB;
    std::int32_t multiplier;
    std::int64_t rounding;
    int shift;
    int low, high;
};

/// (a - zeroA) * (b - zeroB), rescaled; b has one element per channel.
template <typename InA, typename InB, typename Out>
void scaleChannels(const InA* a, const InB* b, Out* y, int channels, int cells, const ProductScale& scale) {
    for (int channel = 0; channel < channels; ++channel) {
        const std::int32_t factor = b[channel] - scale.zeroB;
        for (int i = 0; i < cells; ++i) {
            const std::int32_t product = (*a++ - scale.zeroA) * factor;
            *y++ = static_cast<Out>(
                rescale(product, scale.multiplier, scale.rounding, scale.shift, scale.low, scale.high));
        }
    }
}

/// Blocks of block x block cells become channels, ordered row, column, input channel.
template <typename Element>
void spaceToDepth(const Element* x, Map in, Element* y, int block) {
    for (int offset = 0; offset < block * block; ++offset) {
        for (int channel = 0; channel < in.channels; ++channel) {
            for (int row = offset / block; row < in.height; row += block) {
                for (int column = offset % block; column < in.width; column += block) {
                    *y++ = x[(channel * in.height + row) * in.width + column];
                }
            }
        }
    }
}

/// The inverse of spaceToDepth; `out` is the map with the many cells.
template <typename Element>
void depthToSpace(const Element* x, Element* y, Map out, int block) {
    for (int offset = 0; offset < block * block; ++offset) {
        for (int channel = 0; channel < out.channels; ++channel) {
            for (int row = offset / block; row < out.height; row += block) {
                for (int column = offset % block; column < out.width; column += block) {
                    y[(channel * out.height + row) * out.width + column] = *x++;
                }
            }
        }
    }
}

} // namespace tandem_kernels
