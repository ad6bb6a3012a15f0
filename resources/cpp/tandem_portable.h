// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Convolutions in portable C++: dot products of 16-bit numbers over gathered patches, a form of which
// compilers make vector instructions. Included once in a namespace of its own.

struct Reading {
    int rows, rowStep;
    int runs, runStep, runBytes, runQuads;
    int inputs; // of one output, with the zeros behind every run, rounded up
};

inline Reading readingOf(const Map& in, const Convolution& op) {
    const int groupInputs = in.channels / op.groups;
    const int runBytes = op.runs == 1 ? groupInputs * op.window.kernelWidth : groupInputs;
    const int runQuads = (runBytes + 3) / 4;
    const int inputs = op.window.kernelHeight * op.runs * runQuads * 4;
    return {op.window.kernelHeight,
            op.window.dilationHeight * in.rowStride,
            op.runs,
            op.window.dilationWidth * in.pixelStride,
            runBytes,
            runQuads,
            (inputs + 15) / 16 * 16};
}

// The weights of 16 output channels, one channel after the other.
inline void gatherWeights(const Convolution& op, std::ptrdiff_t firstUnit, int units, int inputs,
                          std::int16_t* __restrict to) {
    for (int channel = 0; channel < 16; ++channel) {
        std::fill(to + channel * inputs + 4 * units, to + (channel + 1) * inputs, std::int16_t{0});
    }
    for (int unit = 0; unit < units; ++unit, to += 4) {
        std::int8_t numbers[64];
        unpack(op.weights + (firstUnit + unit) * 8 * op.weightBits, op.weightBits, numbers);
        for (int channel = 0; channel < 16; ++channel) {
            for (int i = 0; i < 4; ++i) {
                to[channel * inputs + i] = numbers[4 * channel + i];
            }
        }
    }
}

inline void gatherPatch(const std::uint8_t* first, const Reading& reading, std::int16_t* __restrict to) {
    for (int row = 0; row < reading.rows; ++row) {
        for (int run = 0; run < reading.runs; ++run, to += 4 * reading.runQuads) {
            const std::uint8_t* __restrict from =
                first + std::ptrdiff_t{row} * reading.rowStep + std::ptrdiff_t{run} * reading.runStep;
            for (int i = 0; i < reading.runBytes; ++i) {
                to[i] = from[i];
            }
        }
    }
}

// Sums of kP patches for kO output channels; compilers know the pattern as a dot product of 16-bit numbers.
template <int kP, int kO>
inline void dotProducts(const std::int16_t* __restrict patches, const std::int16_t* __restrict weights,
                        int inputs, std::int32_t (&sums)[kP][kO]) {
    std::int32_t s[kP][kO] = {};
    for (int i = 0; i < inputs; ++i) {
#pragma GCC unroll 4
        for (int p = 0; p < kP; ++p) {
#pragma GCC unroll 4
            for (int o = 0; o < kO; ++o) {
                s[p][o] += patches[p * inputs + i] * weights[o * inputs + i];
            }
        }
    }
    for (int p = 0; p < kP; ++p) {
        for (int o = 0; o < kO; ++o) {
            sums[p][o] = s[p][o];
        }
    }
}

// What 16 sums become, of which `count` are stored. The multiplications are those of 32-bit requantization
// (see requantized in tandem_paths_vectors.h), without signs since they may wrap on the way.
inline void storeSums(const std::int32_t* __restrict sums, const ParametersOf<16>& by, const Scale& scale,
                      int firstParameter, int count, std::uint8_t* to) {
    std::uint8_t results[16];
    if (scale.narrow && !scale.shiftPerChannel) {
        const int before = scale.before, shift = by.shift[0], low = scale.low, high = scale.high;
        for (int i = 0; i < 16; ++i) {
            const std::int32_t sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[i]) << before);
            const std::uint32_t factor = static_cast<std::uint32_t>(by.lowFactor[i]);
            const std::uint32_t above = static_cast<std::uint32_t>(sum >> 16) * factor;
            const std::uint32_t below = (static_cast<std::uint32_t>(sum) & 0xffffU) * factor >> 16U;
            const std::int32_t scaled =
                static_cast<std::int32_t>(above + below + static_cast<std::uint32_t>(by.addend[i])) >> shift;
            results[i] = static_cast<std::uint8_t>(std::min(std::max(scaled, low), high));
        }
    } else {
        for (int i = 0; i < count; ++i) {
            results[i] = rescaled(sums[i], scale, firstParameter + i);
        }
    }
    std::memcpy(to, results, static_cast<std::size_t>(count));
}

// A block of output channels of kP pixels.
template <int kP>
inline void pixels(const std::int16_t* patches, const std::int16_t* weights, int inputs, const Scale& scale,
                   const ParametersOf<16>& parameters, int firstParameter, int count,
                   std::uint8_t* const (&to)[kP]) {
    constexpr int kO = 4 / kP;
    std::int32_t sums[kP][16] = {};
    for (int channel = 0; channel < count; channel += kO) {
        std::int32_t some[kP][kO];
        dotProducts<kP, kO>(patches, weights + channel * inputs, inputs, some);
        for (int p = 0; p < kP; ++p) {
            for (int o = 0; o < kO; ++o) {
                sums[p][channel + o] = some[p][o] + parameters.bias[channel + o];
            }
        }
    }
    for (int p = 0; p < kP; ++p) {
        storeSums(sums[p], parameters, scale, firstParameter, count, to[p]);
    }
}

inline void convolution(const Map& in, const Map& out, const Convolution& op, std::uint8_t* scratch,
                        Share share) {
    const Reading reading = readingOf(in, op);
    const int units = reading.rows * reading.runs * reading.runQuads;
    const int outputs = out.channels / op.groups, blocks = (outputs + 15) / 16,
              count = out.height * out.width;
    const bool sharePixels = count >= 8 * share.count;
    const int first = sharePixels ? static_cast<int>(std::int64_t{count} * share.index / share.count) : 0;
    const int end =
        sharePixels ? static_cast<int>(std::int64_t{count} * (share.index + 1) / share.count) : count;
    std::int16_t* const weights = reinterpret_cast<std::int16_t*>(aligned(scratch));
    std::int16_t* const patches = weights + 16 * reading.inputs;
    std::fill(patches, patches + 2 * reading.inputs, std::int16_t{0});
    const std::uint8_t* const input = in.data - std::ptrdiff_t{op.window.padTop} * in.rowStride -
                                      std::ptrdiff_t{op.window.padLeft} * in.pixelStride;
    const auto from = [&](int pixel, int group) {
        return input + group * (in.channels / op.groups) +
               std::ptrdiff_t{pixel / out.width} * op.window.strideHeight * in.rowStride +
               std::ptrdiff_t{pixel % out.width} * op.window.strideWidth * in.pixelStride;
    };
    const auto to = [&](int pixel, int channel) {
        return out.data + std::ptrdiff_t{pixel / out.width} * out.rowStride +
               std::ptrdiff_t{pixel % out.width} * out.pixelStride + channel;
    };
    for (int number = 0; number < op.groups * blocks; ++number) {
        if (!sharePixels && number % share.count != share.index) {
            continue;
        }
        const int group = number / blocks, block = number % blocks;
        const int channel = group * outputs + 16 * block, channels = std::min(16, outputs - 16 * block);
        gatherWeights(op, std::ptrdiff_t{number} * units, units, reading.inputs, weights);
        ParametersOf<16> parameters;
        setParameters(parameters, op.scale, 16 * number);
        int pixel = first;
        for (; pixel + 2 <= end; pixel += 2) {
            gatherPatch(from(pixel, group), reading, patches);
            gatherPatch(from(pixel + 1, group), reading, patches + reading.inputs);
            std::uint8_t* const targets[2] = {to(pixel, channel), to(pixel + 1, channel)};
            pixels<2>(patches, weights, reading.inputs, op.scale, parameters, 16 * number, channels, targets);
        }
        for (; pixel < end; ++pixel) {
            gatherPatch(from(pixel, group), reading, patches);
            std::uint8_t* const targets[1] = {to(pixel, channel)};
            pixels<1>(patches, weights, reading.inputs, op.scale, parameters, 16 * number, channels, targets);
        }
    }
}

// Weights of 16 channels, [tap][channel].
inline void gatherTaps(const DepthwiseConvolution& op, std::ptrdiff_t firstUnit, int taps, std::int16_t* to) {
    for (int tap = 0; tap < taps; tap += 4) {
        std::int8_t numbers[64];
        unpack(op.weights + (firstUnit + tap / 4) * 8 * op.weightBits, op.weightBits, numbers);
        for (int i = 0; i < 4 && tap + i < taps; ++i) {
            for (int channel = 0; channel < 16; ++channel) {
                to[(tap + i) * 16 + channel] = numbers[4 * channel + i];
            }
        }
    }
}

inline void depthwisePixel(const std::uint8_t* first, const std::ptrdiff_t* offset, int taps,
                           const std::int16_t* __restrict weights, const ParametersOf<16>& parameters,
                           std::int32_t* __restrict sums) {
    std::int32_t s[16];
    for (int i = 0; i < 16; ++i) {
        s[i] = parameters.bias[i];
    }
    for (int tap = 0; tap < taps; ++tap, weights += 16) {
        const std::uint8_t* __restrict from = first + offset[tap];
        std::int16_t wide[16];
        for (int i = 0; i < 16; ++i) {
            wide[i] = from[i];
        }
        for (int i = 0; i < 16; ++i) {
            s[i] += wide[i] * weights[i];
        }
    }
    for (int i = 0; i < 16; ++i) {
        sums[i] = s[i];
    }
}

inline void depthwiseConvolution(const Map& in, const Map& out, const DepthwiseConvolution& op,
                                 std::uint8_t* scratch, Share share) {
    const Window& window = op.window;
    const int taps = window.kernelHeight * window.kernelWidth, units = (taps + 3) / 4;
    std::ptrdiff_t* const offset = reinterpret_cast<std::ptrdiff_t*>(aligned(scratch));
    for (int tap = 0; tap < taps; ++tap) {
        offset[tap] = std::ptrdiff_t{tap / window.kernelWidth} * window.dilationHeight * in.rowStride +
                      std::ptrdiff_t{tap % window.kernelWidth} * window.dilationWidth * in.pixelStride;
    }
    std::int16_t* const weights =
        reinterpret_cast<std::int16_t*>(aligned(reinterpret_cast<std::uint8_t*>(offset + taps)));
    const std::uint8_t* const input = in.data - std::ptrdiff_t{window.padTop} * in.rowStride -
                                      std::ptrdiff_t{window.padLeft} * in.pixelStride;
    const Rows rows = rowsOf(out, share);
    for (int channel = 0; channel < out.channels; channel += 16) {
        gatherTaps(op, std::ptrdiff_t{channel} / 16 * units, taps, weights);
        ParametersOf<16> parameters;
        setParameters(parameters, op.scale, channel);
        for (int row = rows.first; row < rows.end; ++row) {
            const std::uint8_t* from =
                input + std::ptrdiff_t{row} * window.strideHeight * in.rowStride + channel;
            for (int column = 0; column < out.width; ++column) {
                std::int32_t sums[16];
                depthwisePixel(from, offset, taps, weights, parameters, sums);
                storeSums(sums, parameters, op.scale, channel, std::min(16, out.channels - channel),
                          cell(out, row, column) + channel);
                from += std::ptrdiff_t{window.strideWidth} * in.pixelStride;
            }
        }
    }
}
