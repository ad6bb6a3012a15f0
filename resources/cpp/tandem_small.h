// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Convolutions for little memory: weights are read where they stand, those of fewer than 8 bits a few units
// at a time, for a strip of pixels whose sums wait in scratch memory meanwhile. Included once in a namespace
// of its own, behind tandem_small_words.h.

constexpr int kStrip = 16;      // pixels
constexpr int kChunkUnits = 16; // that are unpacked together
constexpr int kChunkTaps = 32;  // of depth-wise filters, in 16 bits each

struct Scratch {
    std::int32_t sums[kStrip][16];
    union {
        std::uint8_t weights[kChunkUnits * 64];
        Pair filters[kChunkTaps][8]; // of four channels each: 0 and 2, 1 and 3
    };
};
static_assert(sizeof(Scratch) + 64 <= kSmallScratchBytes, "64 bytes are for its alignment");

inline Scratch& scratchIn(std::uint8_t* memory) {
    return *reinterpret_cast<Scratch*>(aligned(memory));
}

// How the input of a pixel, or a part of it, lies in memory.
struct Reading {
    int rows, rowStep;
    int runs, runStep, quads;
};

// Up to kStrip output pixels, one after the other, and 16 channels.
struct Strip {
    const std::uint8_t* from[kStrip];
    std::uint8_t* to[kStrip];
    int count, channels;
};

inline Strip stripOf(const Map& in, const Map& out, const Window& window, int pixel, int end, int inChannel,
                     int outChannel, int channels) {
    Strip strip;
    strip.count = std::min(end - pixel, kStrip);
    strip.channels = channels;
    int row = pixel / out.width, column = pixel % out.width;
    for (int p = 0; p < strip.count; ++p) {
        strip.from[p] = cell(in, row * window.strideHeight - window.padTop,
                             column * window.strideWidth - window.padLeft) +
                        inChannel;
        strip.to[p] = cell(out, row, column) + outChannel;
        if (++column == out.width) {
            column = 0;
            ++row;
        }
    }
    return strip;
}

inline void start(const Strip& strip, const std::int32_t* bias, Scratch& scratch) {
    for (int p = 0; p < strip.count; ++p) {
        std::copy(bias, bias + 16, scratch.sums[p]);
    }
}

// How the sums of one channel become results in 32 bits: the shift is at least 17, and what is left after the
// first 16 of it fits.
struct Narrow {
    std::int32_t factor, multiplier, addend, low, high;
    int shift;

    Narrow(const Scale& scale, int parameter)
        : factor(1 << scale.before),
          multiplier(scale.multiplier[parameter]),
          low(scale.low),
          high(scale.high),
          shift(shiftOf(scale, parameter) - 16) {
        addend = (1 << (shift - 1)) + scale.zeroPoint * (1 << shift);
    }
    std::uint8_t operator()(std::int32_t sum) const {
        const std::int64_t product = std::int64_t{sum * factor} * multiplier;
        const std::int32_t scaled = (static_cast<std::int32_t>(product >> 16) + addend) >> shift;
        return static_cast<std::uint8_t>(std::min(std::max(scaled, low), high));
    }
};

// Sums become results.
inline void finish(const Strip& strip, const Scale& scale, int firstParameter, const Scratch& scratch) {
    const int count = strip.count, channels = strip.channels;
    for (int channel = 0; channel < channels; ++channel) {
        const int parameter = firstParameter + channel;
        if (scale.narrow) {
            const Narrow rescale(scale, parameter);
            for (int p = 0; p < count; ++p) {
                strip.to[p][channel] = rescale(scratch.sums[p][channel]);
            }
            continue;
        }
        for (int p = 0; p < count; ++p) {
            strip.to[p][channel] = rescaled(scratch.sums[p][channel], scale, parameter);
        }
    }
}

// Adds to the sums of kP pixels and kO output channels what a part of their inputs gives.
template <int kP, int kO>
inline void dotTile(const std::uint8_t* const* from, std::ptrdiff_t offset, const std::uint8_t* weights,
                    const Reading& reading, std::int32_t* sums) {
    std::int32_t s[kP][kO];
    for (int p = 0; p < kP; ++p) {
        std::copy(sums + 16 * p, sums + 16 * p + kO, s[p]);
    }
    for (int row = 0; row < reading.rows; ++row) {
        for (int run = 0; run < reading.runs; ++run) {
            const std::ptrdiff_t place =
                offset + std::ptrdiff_t{row} * reading.rowStep + run * reading.runStep;
            const std::uint8_t* at[kP];
            for (int p = 0; p < kP; ++p) {
                at[p] = from[p] + place;
            }
            for (const std::uint8_t* const end = weights + 64 * reading.quads; weights != end;
                 weights += 64) {
                Pair even[kP], odd[kP];
#pragma GCC unroll 2
                for (int p = 0; p < kP; ++p) {
                    const std::uint32_t word = loadWord(at[p]);
                    at[p] += 4;
                    even[p] = evenBytes(word);
                    odd[p] = oddBytes(word);
                }
#pragma GCC unroll 4
                for (int o = 0; o < kO; ++o) {
                    const std::uint32_t word = loadWord(weights + 4 * o);
                    const Pair evenWeights = evenNumbers(word), oddWeights = oddNumbers(word);
#pragma GCC unroll 2
                    for (int p = 0; p < kP; ++p) {
                        s[p][o] =
                            multiplyPairs(multiplyPairs(s[p][o], even[p], evenWeights), odd[p], oddWeights);
                    }
                }
            }
        }
    }
    for (int p = 0; p < kP; ++p) {
        std::copy(s[p], s[p] + kO, sums + 16 * p);
    }
}

inline void dotStrip(const Strip& strip, std::ptrdiff_t offset, const std::uint8_t* weights,
                     const Reading& reading, Scratch& scratch) {
    int p = 0;
    for (; p + 2 <= strip.count; p += 2) {
        for (int channel = 0; channel < strip.channels; channel += 2) {
            dotTile<2, 2>(strip.from + p, offset, weights + 4 * channel, reading, scratch.sums[p] + channel);
        }
    }
    for (int channel = 0; p < strip.count && channel < strip.channels; channel += 4) {
        dotTile<1, 4>(strip.from + p, offset, weights + 4 * channel, reading, scratch.sums[p] + channel);
    }
}

// The same with weights of fewer than 8 bits.
inline void dotPacked(const Strip& strip, const std::uint8_t* packed, int bits, const Reading& reading,
                      Scratch& scratch) {
    for (int row = 0; row < reading.rows; ++row) {
        for (int run = 0; run < reading.runs; ++run) {
            std::ptrdiff_t offset = std::ptrdiff_t{row} * reading.rowStep + run * reading.runStep;
            for (int left = reading.quads; left > 0; left -= kChunkUnits, offset += 4 * kChunkUnits) {
                const int units = std::min(left, kChunkUnits);
                for (int i = 0; i < units; ++i, packed += 8 * bits) {
                    unpackUnit(packed, bits, scratch.weights + 64 * i);
                }
                dotStrip(strip, offset, scratch.weights, {1, 0, 1, 0, units}, scratch);
            }
        }
    }
}

inline void convolution(const Map& in, const Map& out, const Convolution& op, std::uint8_t* memory,
                        Share share) {
    Scratch& scratch = scratchIn(memory);
    const int inputs = in.channels / op.groups, outputs = out.channels / op.groups,
              blocks = (outputs + 15) / 16;
    const int runBytes = op.runs == 1 ? inputs * op.window.kernelWidth : inputs;
    const Reading reading = {op.window.kernelHeight, op.window.dilationHeight * in.rowStride, op.runs,
                             op.window.dilationWidth * in.pixelStride, (runBytes + 3) / 4};
    const std::ptrdiff_t units = std::ptrdiff_t{reading.rows} * reading.runs * reading.quads;
    const int pixels = out.height * out.width;
    // Threads share the pixels where there are enough, else the blocks.
    const bool sharePixels = pixels >= 8 * share.count;
    const int first = sharePixels ? static_cast<int>(std::int64_t{pixels} * share.index / share.count) : 0;
    const int end =
        sharePixels ? static_cast<int>(std::int64_t{pixels} * (share.index + 1) / share.count) : pixels;
    for (int number = 0; number < op.groups * blocks; ++number) {
        if (!sharePixels && number % share.count != share.index) {
            continue;
        }
        const int group = number / blocks, block = number % blocks;
        const std::uint8_t* const weights = op.weights + number * units * 8 * op.weightBits;
        for (int pixel = first; pixel < end; pixel += kStrip) {
            const Strip strip = stripOf(in, out, op.window, pixel, end, group * inputs,
                                        group * outputs + 16 * block, std::min(16, outputs - 16 * block));
            start(strip, op.scale.bias + 16 * number, scratch);
            if (op.weightBits == 8) {
                dotStrip(strip, 0, weights, reading, scratch);
            } else {
                dotPacked(strip, weights, op.weightBits, reading, scratch);
            }
            finish(strip, op.scale, 16 * number, scratch);
        }
    }
}

// The filters' taps from the given unit on.
inline void widenFilters(const std::uint8_t* packed, int bits, int taps, Scratch& scratch) {
    for (int tap = 0; tap < taps; tap += 4, packed += 8 * bits) {
        std::uint8_t unpacked[64];
        const std::uint8_t* numbers = packed;
        if (bits != 8) {
            unpackUnit(packed, bits, unpacked);
            numbers = unpacked;
        }
        const auto weight = [&](int channel, int i) {
            return static_cast<std::int8_t>(numbers[4 * channel + i]);
        };
        for (int i = 0; i < 4; ++i) {
            for (int channel = 0; channel < 16; channel += 4) {
                Pair* const to = scratch.filters[tap + i] + channel / 2;
                to[0] = pairOf(weight(channel, i), weight(channel + 2, i));
                to[1] = pairOf(weight(channel + 1, i), weight(channel + 3, i));
            }
        }
    }
}

// Four channels of a pixel.
inline void filterQuad(const std::uint8_t* from, const int* offset, int taps, const Pair* filters,
                       std::int32_t* sums) {
    std::int32_t s[4];
    std::copy(sums, sums + 4, s);
    for (int tap = 0; tap < taps; ++tap, filters += 8) {
        const std::uint32_t word = loadWord(from + offset[tap]);
        const Pair even = evenBytes(word), odd = oddBytes(word);
        s[0] = plusProduct(s[0], lowNumber(even), lowNumber(filters[0]));
        s[2] = plusProduct(s[2], highNumber(even), highNumber(filters[0]));
        s[1] = plusProduct(s[1], lowNumber(odd), lowNumber(filters[1]));
        s[3] = plusProduct(s[3], highNumber(odd), highNumber(filters[1]));
    }
    std::copy(s, s + 4, sums);
}

inline void filterStrip(const Strip& strip, const int* offset, int taps, Scratch& scratch) {
    for (int p = 0; p < strip.count; ++p) {
        for (int channel = 0; channel < strip.channels; channel += 4) {
            filterQuad(strip.from[p] + channel, offset, taps, scratch.filters[0] + channel / 2,
                       scratch.sums[p] + channel);
        }
    }
}

inline void depthwiseConvolution(const Map& in, const Map& out, const DepthwiseConvolution& op,
                                 std::uint8_t* memory, Share share) {
    Scratch& scratch = scratchIn(memory);
    const Window& window = op.window;
    const int taps = window.kernelHeight * window.kernelWidth, units = (taps + 3) / 4;
    const Rows rows = rowsOf(out, share);
    const int end = rows.end * out.width;
    for (int channel = 0; channel < out.channels; channel += 16) {
        const std::uint8_t* const packed =
            op.weights + std::ptrdiff_t{channel} / 16 * units * 8 * op.weightBits;
        int held = -1; // the first of the taps whose weights are widened
        for (int pixel = rows.first * out.width; pixel < end; pixel += kStrip) {
            const Strip strip =
                stripOf(in, out, window, pixel, end, channel, channel, std::min(16, out.channels - channel));
            start(strip, op.scale.bias + channel, scratch);
            for (int tap = 0; tap < taps; tap += kChunkTaps) {
                const int count = std::min(taps - tap, kChunkTaps);
                if (held != tap) {
                    held = tap;
                    widenFilters(packed + std::ptrdiff_t{tap} / 4 * 8 * op.weightBits, op.weightBits, count,
                                 scratch);
                }
                int offset[kChunkTaps];
                for (int i = 0; i < count; ++i) {
                    offset[i] = (tap + i) / window.kernelWidth * window.dilationHeight * in.rowStride +
                                (tap + i) % window.kernelWidth * window.dilationWidth * in.pixelStride;
                }
                filterStrip(strip, offset, count, scratch);
            }
            finish(strip, op.scale, channel, scratch);
        }
    }
}
