// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Convolution of one filter per channel: the channels of one pixel, or of several where they are few, side by
// side in kLanes lanes of 16. Included once in the namespace of every path with vector instructions, behind
// its dot products. A dot product leaves sums in four vectors: vector j holds the channels 4j .. 4j + 3 of
// every lane.

constexpr int kWide = 16 * kLanes;

// Weights and scale of the channels in one vector of bytes, in the order of the sums.
struct DepthwiseBlock {
    Weight* weights; // [group of kTaps taps][4 vectors][lane][4 channels][kTaps]
    ParametersOf<kWide> parameters;
};

// How the pixels of a row become vectors of bytes.
struct DepthwiseReading {
    int tapGroups;
    int together;                 // more than 1: a vector holds all channels of so many pixels
    bool contiguous;              // whose inputs follow one another in memory
    const std::ptrdiff_t* offset; // of every tap; rounded up to groups of four with 0
};

// The place of a lane's first channel in the arrays of the scale and among the units of weights.
inline int laneChannel(int channels, int firstChannel, int lane) {
    const int period = channels < 16 ? 16 : (channels + 15) / 16 * 16;
    return (firstChannel + 16 * lane) % period;
}

// Units [16 channels][4 taps] of the lanes side by side.
inline void gatherWeights(const DepthwiseConvolution& op, int channels, int firstChannel, int units,
                          Weight* to) {
    for (int unit = 0; unit < units; ++unit, to += 64 * kLanes) {
        for (int lane = 0; lane < kLanes; ++lane) {
            const std::ptrdiff_t number = laneChannel(channels, firstChannel, lane) / 16 * units + unit;
            const std::uint8_t* const packed = op.weights + number * 8 * op.weightBits;
            std::int8_t unpacked[64];
            const std::int8_t* numbers = reinterpret_cast<const std::int8_t*>(packed);
            if (op.weightBits != 8) {
                unpack(packed, op.weightBits, unpacked);
                numbers = unpacked;
            }
            for (int j = 0; j < 4; ++j) {
                placeTaps(numbers + 16 * j, to + j * kLanes * 4 * kTaps + lane * 4 * kTaps);
            }
        }
    }
}

// Entries in the order vector, lane, channel.
inline void gatherParameters(const Scale& scale, int channels, int firstChannel, ParametersOf<kWide>& to) {
    for (int lane = 0; lane < kLanes; ++lane) {
        ParametersOf<16> natural;
        setParameters(natural, scale, laneChannel(channels, firstChannel, lane));
        for (int j = 0; j < 4; ++j) {
            const int place = (j * kLanes + lane) * 4;
            const auto put = [&](std::int32_t* all, const std::int32_t* some) {
                std::memcpy(all + place, some + 4 * j, 4 * sizeof(std::int32_t));
            };
            put(to.bias, natural.bias);
            put(to.highFactor, natural.highFactor);
            put(to.carry, natural.carry);
            put(to.lowFactor, natural.lowFactor);
            put(to.addend, natural.addend);
            put(to.shift, natural.shift);
        }
        to.before = natural.before;
        to.low = natural.low;
        to.high = natural.high;
    }
}

// One vector of results.
inline void depthwiseWide(const std::uint8_t* from, const DepthwiseReading& reading,
                          const DepthwiseBlock& block, const Gather& gather, const Scale& scale, int channels,
                          int firstChannel, std::uint8_t* to) {
    Vector sums[4];
    for (int j = 0; j < 4; ++j) {
        sums[j] = loadVector(block.parameters.bias + j * 4 * kLanes);
    }
    const Weight* weights = block.weights;
    for (int group = 0; group < reading.tapGroups * (4 / kTaps); ++group) {
        Vector taps[kTaps];
#pragma GCC unroll 4
        for (int tap = 0; tap < kTaps; ++tap) {
            const std::uint8_t* at = from + reading.offset[group * kTaps + tap];
            taps[tap] = reading.contiguous ? loadVector(at) : gatherVector(at, gather);
        }
        dotTaps(sums, taps, weights);
        weights += kWide * kTaps;
    }
    if (scale.narrow) {
        constexpr int kNumbers = 4 * kLanes;
        const ParametersOf<kWide>& by = block.parameters;
        const Vector first = packNumbers(requantized(sums[0], by, 0), requantized(sums[1], by, kNumbers));
        const Vector second =
            packNumbers(requantized(sums[2], by, 2 * kNumbers), requantized(sums[3], by, 3 * kNumbers));
        storeVector(clamped(packWords(first, second), by), to);
        return;
    }
    for (int j = 0; j < 4; ++j) {
        alignas(64) std::int32_t numbers[4 * kLanes];
        storeVector(sums[j], numbers);
        for (int i = 0; i < 4 * kLanes; ++i) {
            const int lane = i / 4, inLane = 4 * j + i % 4;
            to[lane * 16 + inLane] =
                rescaled(numbers[i], scale, laneChannel(channels, firstChannel, lane) + inLane);
        }
    }
}

inline void depthwiseConvolution(const Map& in, const Map& out, const DepthwiseConvolution& op,
                                 std::uint8_t* scratch, Share share) {
    const Window& window = op.window;
    const int taps = window.kernelHeight * window.kernelWidth, units = (taps + 3) / 4;
    const int channels = in.channels;
    std::ptrdiff_t* const offset = reinterpret_cast<std::ptrdiff_t*>(aligned(scratch));
    for (int tap = 0; tap < units * 4; ++tap) {
        offset[tap] =
            tap < taps ? std::ptrdiff_t{tap / window.kernelWidth} * window.dilationHeight * in.rowStride +
                             std::ptrdiff_t{tap % window.kernelWidth} * window.dilationWidth * in.pixelStride
                       : 0;
    }
    DepthwiseBlock block;
    block.weights = reinterpret_cast<Weight*>(aligned(reinterpret_cast<std::uint8_t*>(offset + units * 4)));
    const bool several = channels <= kWide / 2 && kWide % channels == 0 && window.strideWidth <= 3;
    const int together = several ? kWide / channels : 1;
    const int step = window.strideWidth * in.pixelStride;
    const DepthwiseReading reading{units, together, !several || step == channels, offset};
    const Gather gather = gatherOf(step, channels);
    const std::uint8_t* const input = in.data - std::ptrdiff_t{window.padTop} * in.rowStride -
                                      std::ptrdiff_t{window.padLeft} * in.pixelStride;
    const int firstRow = out.height * share.index / share.count,
              endRow = out.height * (share.index + 1) / share.count;
    for (int firstChannel = 0; firstChannel < (several ? 1 : channels); firstChannel += kWide) {
        gatherWeights(op, channels, firstChannel, units, block.weights);
        gatherParameters(op.scale, channels, firstChannel, block.parameters);
        recentreTaps(block.parameters, block.weights, std::ptrdiff_t{units} * 4 * kWide);
        for (int row = firstRow; row < endRow; ++row) {
            const std::uint8_t* from =
                input + std::ptrdiff_t{row} * window.strideHeight * in.rowStride + firstChannel;
            std::uint8_t* to = out.data + std::ptrdiff_t{row} * out.rowStride + firstChannel;
            for (int column = 0; column < out.width; column += together) {
                const int pixels = out.width - column < together ? out.width - column : together;
                const int bytes = several
                                      ? pixels * channels
                                      : (channels - firstChannel < kWide ? channels - firstChannel : kWide);
                const bool direct = bytes == kWide && (!several || out.pixelStride == channels);
                alignas(64) std::uint8_t results[kWide];
                depthwiseWide(from, reading, block, gather, op.scale, channels, firstChannel,
                              direct ? to : results);
                if (!direct) {
                    const int piece = several ? channels : bytes;
                    for (int p = 0; p < pixels; ++p) {
                        std::memcpy(to + std::ptrdiff_t{p} * out.pixelStride, results + p * piece,
                                    static_cast<std::size_t>(piece));
                    }
                }
                from += std::ptrdiff_t{together} * step;
                to += std::ptrdiff_t{together} * out.pixelStride;
            }
        }
    }
}
