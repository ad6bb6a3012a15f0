// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Layers of one output pixel, fully connected ones above all: every weight is used once, so it is read where
// it stands. Included once in the namespace of every path with products of bytes, behind the convolution's
// tiles.

// Weights in a byte each.
struct ByteReader {
    static constexpr int kUnit = 64;
    static Weights load(const std::uint8_t* from) {
        return loadWeights(reinterpret_cast<const Weight*>(from));
    }
};
// In half a byte.
struct NibbleReader {
    static constexpr int kUnit = 32;
    static Weights load(const std::uint8_t* from) {
        Weights weights;
        loadNibbles(from, weights.part);
        return weights;
    }
};

// `weights` of the next block lie `blockBytes` further.
template <typename Reader, int kB>
inline void columnOfBlocks(const Blocks& blocks, const std::uint8_t* weights, std::ptrdiff_t blockBytes) {
    Parameters parameters[kB];
    Sums sums[1][kB];
#pragma GCC unroll 4
    for (int b = 0; b < kB; ++b) {
        setParameters(parameters[b], blocks.op->scale, blocks.firstParameter + 16 * b);
        sums[0][b] = loadSums(parameters[b].bias);
    }
    const Reading& reading = blocks.reading;
    for (int row = 0; row < reading.rows; ++row) {
        for (int run = 0; run < reading.runs; ++run) {
            const Element* from =
                blocks.input + std::ptrdiff_t{row} * reading.rowStep + std::ptrdiff_t{run} * reading.runStep;
            for (int quad = 0; quad < reading.quads; ++quad, from += 4, weights += Reader::kUnit) {
                const Vector activations = splat(from);
#pragma GCC unroll 4
                for (int b = 0; b < kB; ++b) {
                    sums[0][b] = dot(sums[0][b], activations, Reader::load(weights + b * blockBytes));
                }
            }
        }
    }
    std::uint8_t* const to[1] = {blocks.out->data + blocks.firstChannel};
    if (blocks.op->scale.narrow) {
        storeTile<1, kB>(sums, to, blocks.channels, parameters);
    } else {
        storeTileWide<1, kB>(sums, to, blocks.channels, blocks.op->scale, blocks.firstParameter);
    }
}

template <typename Reader>
inline void columnWith(Blocks blocks, int count, std::ptrdiff_t firstUnit, std::ptrdiff_t blockUnits) {
    const std::uint8_t* weights = blocks.op->weights + firstUnit * Reader::kUnit;
    const std::ptrdiff_t blockBytes = blockUnits * Reader::kUnit;
    if (count == kColumnBlocks) {
        columnOfBlocks<Reader, kColumnBlocks>(blocks, weights, blockBytes);
        return;
    }
    for (int b = 0; b < count; ++b, weights += blockBytes) {
        columnOfBlocks<Reader, 1>(blocks, weights, blockBytes);
        blocks.firstChannel += 16;
        blocks.channels -= 16;
        blocks.firstParameter += 16;
    }
}

// `count` blocks, at most kColumnBlocks.
inline void column(const Blocks& blocks, int count, std::ptrdiff_t firstUnit, std::ptrdiff_t blockUnits) {
    if (blocks.op->weightBits == 8) {
        columnWith<ByteReader>(blocks, count, firstUnit, blockUnits);
    } else {
        columnWith<NibbleReader>(blocks, count, firstUnit, blockUnits);
    }
}
