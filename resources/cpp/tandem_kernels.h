// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library. A copy that Tandem writes into generated code belongs to the user, who may
// use, change and pass it on without conditions (see Tandem's LICENSE).
//
// Integer kernels for quantized networks: C++17, no dependencies, no heap, no floating point. All give the
// same integers on every processor: every kernel that computes ends in
//
//     y = clamp((sum * multiplier + rounding) >> shift, low, high)
//
// with sums in 32 bits (the generator proves that they fit) and an arithmetic shift, so the rounding is half
// up, for negative numbers too.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem_kernels {

/// A feature map in memory: row by row, the channels of a pixel side by side. An element holds q - lowest,
/// where q is the integer of the network and lowest the smallest one of its format: it is never negative.
/// Cells that padding reads stand around the map, `data` is the first channel of its first own cell. Strides
/// are in bytes. Kernels may read, and not use, up to kSlack bytes behind a map.
struct Map {
    std::uint8_t* data;
    int channels, height, width;
    int pixelStride, rowStride;
};

/// Bytes behind a map that must be readable.
constexpr int kSlack = 256;

/// How a window moves over a map. Padding at the bottom and at the right follows from the output's size.
struct Window {
    int kernelHeight, kernelWidth;
    int strideHeight, strideWidth;
    int dilationHeight, dilationWidth;
    int padTop, padLeft;
};

/// From sums to stored elements: clamp((sum * 2^before * multiplier + rounding) >> shift, low, high). Arrays
/// have an entry for every output channel, rounded up to 16 in every group; `shift` has one alone unless
/// `shiftPerChannel`. `narrow`: every shift is at least 17, and neither the first product needs more than 32
/// bits nor the sum with the rounding more than 47 and a sign, so that 32-bit arithmetic gives the same
/// integers; `before` makes small shifts that large.
struct Scale {
    const std::int32_t* bias; ///< contains what storing q - lowest adds to a sum
    const std::uint16_t* multiplier;
    const std::uint8_t* shift;
    bool shiftPerChannel;
    bool narrow;
    int before;
    int zeroPoint; ///< as stored; so are the limits
    int low, high;
};

/// A convolution. Weights come in units of 64: for every group of 16 output channels, kernel row, run and
/// quad of the run's bytes [output channel][4]. A run is what lies contiguously in the input: a whole kernel
/// row
/// (`runs` = 1), or one pixel's channels (`runs` = kernel width). Numbers of fewer than 8 bits are
/// packed: for the 4, the 2 and the 1 bit that make up `weightBits`, lowest first, a unit has a plane each.
/// Of a plane of b bits, number i is in byte i % (8 * b), shifted up by i / (8 * b) * b.
struct Convolution {
    Window window;
    int groups;
    int runs;
    const std::uint8_t* weights;
    int weightBits;
    Scale scale;
};

/// One filter for each channel. For every 16 channels and four taps a unit of weights: [channel][4]. Where 2,
/// 4 or 8 (1) channels go into 16, they are repeated to fill them, in the arrays of `scale` too.
struct DepthwiseConvolution {
    Window window;
    const std::uint8_t* weights;
    int weightBits;
    Scale scale;
};

/// How two maps are brought to one scale; the zero points of all three are part of `rounding`. `narrow`: no
/// sum needs more than 32 bits.
struct AddScale {
    std::int32_t multiplierA, multiplierB;
    std::int64_t rounding;
    int shift;
    bool narrow;
    int low, high;
};

/// How a map times one factor per channel is brought to the output's scale.
struct ProductScale {
    std::int32_t zeroA, zeroB;
    std::int32_t multiplier;
    std::int64_t rounding;
    int shift;
    int low, high;
};

/// The part of a layer that one of several threads computes.
struct Share {
    int index = 0, count = 1;
};

/// The kernels that differ between processors. `scratch` is memory of a thread's own (see scratchBytes).
struct Kernels {
    const char* name;
    void (*convolution)(const Map& in, const Map& out, const Convolution& op, std::uint8_t* scratch,
                        Share share);
    void (*depthwiseConvolution)(const Map& in, const Map& out, const DepthwiseConvolution& op,
                                 std::uint8_t* scratch, Share share);
    void (*maximumPool)(const Map& in, const Map& out, const Window& window, Share share);
    /// The sum under every window (padding is part of the map) plus the bias, rescaled: the division is part
    /// of the multiplier. One bias, multiplier and shift for all channels.
    void (*averagePool)(const Map& in, const Map& out, const Window& window, const Scale& scale, Share share);
    void (*add)(const Map& a, const Map& b, const Map& out, const AddScale& scale, Share share);
    /// y = values[x] for every element.
    void (*table)(const Map& in, const Map& out, const std::uint8_t* values, Share share);
    /// (a - zeroA) * (b - zeroB), rescaled; b has one element per channel.
    void (*scaleChannels)(const Map& a, const Map& b, const Map& out, const ProductScale& scale, Share share);
    /// Multiplies and adds in registers alone and returns how many operations that were: the processor's
    /// peak, for measurements. Null where a path leaves instructions to the compiler.
    double (*dotProducts)(int repetitions);
};

/// The paths that this build has and this processor can run, best first; the last is portable C++. Builds for
/// x86-64 have AVX2, AVX-VNNI, AVX-512 and AVX-512 VNNI, and the processor decides. Builds for ARM have what
/// the compiler may use: NEON (ARMv7-A and AArch64), its dot product (+dotprod) and that of unsigned by
/// signed bytes (+i8mm). Builds for little memory (see kSmall) have one path: "DSP" with the
/// instructions of Cortex-M's DSP extension, "small" without. Returns how many there are (at most `most` are
/// written).
int availableKernels(const Kernels** kernels, int most);

/// The first of them.
const Kernels& bestKernels();

/// Whether this is a build for little memory, as those for Cortex-M are; define TANDEM_SMALL for another
/// processor. It has one path alone, which reads weights where they stand.
#if !defined(TANDEM_SMALL) && defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#define TANDEM_SMALL
#endif
#ifdef TANDEM_SMALL
constexpr bool kSmall = true;
#else
constexpr bool kSmall = false;
#endif

/// Bytes of scratch memory that any layer needs in such a build.
constexpr std::int64_t kSmallScratchBytes = 2112;

/// Bytes of scratch memory in this build where `planned` are enough on any path of others.
constexpr std::int64_t scratchSize(std::int64_t planned) {
    return kSmall ? kSmallScratchBytes : planned;
}

/// Bytes of scratch memory that a convolution needs on any path of other builds: `inputs` weights of one
/// output channel (rounded up as they are packed), `mapBytes` of the input map with all around it.
constexpr std::int64_t scratchBytes(std::int64_t inputs, std::int64_t mapBytes) {
    return 64 * (inputs + 16) + 2 * (mapBytes + kSlack) + kSlack;
}
/// The same for a depth-wise one of `taps` weights for each channel.
constexpr std::int64_t depthwiseScratchBytes(std::int64_t taps) {
    return (taps + 3) * 140 + kSlack;
}

/// Puts `value` into all cells around a map, as far as they are given.
void fillBorder(const Map& map, int top, int left, int bottom, int right, int value);

/// The channels of `from` into `to`, a map of the same rows and columns that may be part of a larger one.
void copy(const Map& from, const Map& to);

/// Output channel i is input channel channels[i].
void select(const Map& in, const Map& out, const std::int32_t* channels);

/// Every cell becomes factorHeight x factorWidth cells: copies of it, or itself and `fill` around it.
void expand(const Map& in, const Map& out, int factorHeight, int factorWidth, bool repeat, int fill);

/// Blocks of block x block cells become channels, ordered row, column, input channel; and back.
void spaceToDepth(const Map& in, const Map& out, int block);
void depthToSpace(const Map& in, const Map& out, int block);

/// From elements in the order channel, row, column to a map and back; `lowest` of the format is taken off or
/// put on again.
void load(const std::int8_t* elements, const Map& map, int lowest);
void load(const std::uint8_t* elements, const Map& map, int lowest);
void store(const Map& map, std::int8_t* elements, int lowest);
void store(const Map& map, std::uint8_t* elements, int lowest);

/// clamp(floor(real / scale + 1/2) + zeroPoint, low, high), in double precision.
int quantized(double real, double scale, int zeroPoint, int low, int high);
void quantize(const float* reals, std::int8_t* elements, int count, double scale, int zeroPoint, int low,
              int high);
void quantize(const float* reals, std::uint8_t* elements, int count, double scale, int zeroPoint, int low,
              int high);

} // namespace tandem_kernels
