// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Convolution in blocks: tiles of kPixels pixels x kBlocks * 16 output channels stay in registers while their
// sums grow. Included once in the namespace of every path with vector instructions, behind its dot products.

// How the input of a kernel row lies in memory, in elements.
struct Reading {
    int rows, rowStep;
    int runs, runStep, quads;
};

inline Reading readingOf(const Map& in, const Convolution& op) {
    const int inputs = in.channels / op.groups;
    const int perRun = op.runs == 1 ? inputs * op.window.kernelWidth : inputs;
    return {op.window.kernelHeight, op.window.dilationHeight * in.rowStride, op.runs,
            op.window.dilationWidth * in.pixelStride, (perRun + 3) / 4};
}

// The sums of kP pixels and kB blocks of channels; `weights` of the next block lie `blockWeights` further.
template <int kP, int kB>
inline void sumTile(const Element* const (&pixel)[kP], const Weight* weights, std::ptrdiff_t blockWeights,
                    const Reading& reading, const Parameters* parameters, Sums (&sums)[kP][kB]) {
#pragma GCC unroll 16
    for (int p = 0; p < kP; ++p) {
#pragma GCC unroll 4
        for (int b = 0; b < kB; ++b) {
            sums[p][b] = loadSums(parameters[b].bias);
        }
    }
    const int dots = reading.quads * (4 / kInputsPerDot);
    for (int row = 0; row < reading.rows; ++row) {
        for (int run = 0; run < reading.runs; ++run) {
            const std::ptrdiff_t offset = std::ptrdiff_t{row} * reading.rowStep + run * reading.runStep;
            const Element* at[kP];
#pragma GCC unroll 16
            for (int p = 0; p < kP; ++p) {
                at[p] = pixel[p] + offset;
            }
            for (int i = 0; i < dots; ++i) {
                Weights w[kB];
#pragma GCC unroll 4
                for (int b = 0; b < kB; ++b) {
                    w[b] = loadWeights(weights + b * blockWeights);
                }
                weights += 16 * kInputsPerDot;
#pragma GCC unroll 16
                for (int p = 0; p < kP; ++p) {
                    const auto activation = splat(at[p] + i * kInputsPerDot);
#pragma GCC unroll 4
                    for (int b = 0; b < kB; ++b) {
                        sums[p][b] = dot(sums[p][b], activation, w[b]);
                    }
                }
            }
        }
    }
}

// Requantizes and stores a tile; `channels` are those that exist of the blocks.
template <int kP, int kB>
inline void storeTile(const Sums (&sums)[kP][kB], std::uint8_t* const (&to)[kP], int channels,
                      const Parameters* parameters) {
#pragma GCC unroll 4
    for (int b = 0; b < kB; ++b) {
        const int count = channels - 16 * b < 16 ? channels - 16 * b : 16;
        if (kP % 4 == 0) {
#pragma GCC unroll 16
            for (int p = 0; p + 3 < kP; p += 4) {
                storePixels(requantize(sums[p][b], parameters[b]), requantize(sums[p + 1][b], parameters[b]),
                            requantize(sums[p + 2][b], parameters[b]),
                            requantize(sums[p + 3][b], parameters[b]), parameters[b], to[p] + 16 * b,
                            to[p + 1] + 16 * b, to[p + 2] + 16 * b, to[p + 3] + 16 * b, count);
            }
        } else {
#pragma GCC unroll 16
            for (int p = 0; p < kP; ++p) {
                storePixel(requantize(sums[p][b], parameters[b]), parameters[b], to[p] + 16 * b, count);
            }
        }
    }
}

// The same where 32 bits do not do, of sums in memory.
inline void storeNumbers(const std::int32_t* numbers, int pixels, int blocks, std::uint8_t* const* to,
                         int channels, const Scale& scale, int firstChannel) {
    for (int p = 0; p < pixels; ++p) {
        for (int c = 0; c < 16 * blocks && c < channels; ++c) {
            to[p][c] = rescaled(numbers[16 * blocks * p + c], scale, firstChannel + c);
        }
    }
}

template <int kP, int kB>
inline void storeTileWide(const Sums (&sums)[kP][kB], std::uint8_t* const (&to)[kP], int channels,
                          const Scale& scale, int firstChannel) {
    alignas(64) std::int32_t numbers[16 * kP * kB];
#pragma GCC unroll 16
    for (int p = 0; p < kP; ++p) {
#pragma GCC unroll 4
        for (int b = 0; b < kB; ++b) {
            storeSums(sums[p][b], numbers + 16 * (kB * p + b));
        }
    }
    storeNumbers(numbers, kP, kB, to, channels, scale, firstChannel);
}

// One block or several of one group, for the output pixels [first, end).
struct Blocks {
    const Map* out;
    const Convolution* op;
    Reading reading;
    const Element* input; // of the first output pixel
    int columnStep, rowStep;
    const Weight* weights;
    std::ptrdiff_t blockWeights;
    int firstChannel, channels; // of the output, and how many of the blocks' exist
    int firstParameter;         // place of the first channel in the arrays of the scale
};

// Goes through the output's pixels, row by row.
struct Walk {
    const Element* from;
    std::uint8_t* to;
    int column;
    std::ptrdiff_t fromRow, toRow; // from behind a row to the next one

    Walk(const Blocks& blocks, int pixel) {
        const Map& out = *blocks.out;
        const std::ptrdiff_t row = pixel / out.width;
        column = pixel % out.width;
        from = blocks.input + row * blocks.rowStep + std::ptrdiff_t{column} * blocks.columnStep;
        to = out.data + row * out.rowStride + std::ptrdiff_t{column} * out.pixelStride + blocks.firstChannel;
        fromRow = blocks.rowStep - std::ptrdiff_t{out.width} * blocks.columnStep;
        toRow = out.rowStride - std::ptrdiff_t{out.width} * out.pixelStride;
    }
    void step(const Blocks& blocks) {
        from += blocks.columnStep;
        to += blocks.out->pixelStride;
        if (++column == blocks.out->width) {
            column = 0;
            from += fromRow;
            to += toRow;
        }
    }
};

// Sums and stores the pixels at the given places.
template <int kP, int kB>
inline void tileAt(const Blocks& blocks, const Parameters* parameters, const Element* const (&from)[kP],
                   std::uint8_t* const (&to)[kP]) {
    Sums sums[kP][kB];
    sumTile<kP, kB>(from, blocks.weights, blocks.blockWeights, blocks.reading, parameters, sums);
    if (blocks.op->scale.narrow) {
        storeTile<kP, kB>(sums, to, blocks.channels, parameters);
    } else {
        storeTileWide<kP, kB>(sums, to, blocks.channels, blocks.op->scale, blocks.firstParameter);
    }
}

// Pixels of one row.
template <int kP, int kB>
inline void rowTile(const Blocks& blocks, const Parameters* parameters, const Element* first,
                    std::uint8_t* firstTo, std::ptrdiff_t fromStep, std::ptrdiff_t toStep) {
    const Element* from[kP];
    std::uint8_t* to[kP];
#pragma GCC unroll 16
    for (int p = 0; p < kP; ++p) {
        from[p] = first + p * fromStep;
        to[p] = firstTo + p * toStep;
    }
    tileAt<kP, kB>(blocks, parameters, from, to);
}

template <int kP, int kB>
inline void tile(const Blocks& blocks, const Parameters* parameters, Walk& walk) {
    const std::ptrdiff_t fromStep = blocks.columnStep, toStep = blocks.out->pixelStride;
    if (walk.column + kP < blocks.out->width) {
        rowTile<kP, kB>(blocks, parameters, walk.from, walk.to, fromStep, toStep);
        walk.from += kP * fromStep;
        walk.to += kP * toStep;
        walk.column += kP;
        return;
    }
    const Element* from[kP] = {};
    std::uint8_t* to[kP] = {};
    for (int p = 0; p < kP; ++p) {
        from[p] = walk.from;
        to[p] = walk.to;
        walk.step(blocks);
    }
    tileAt<kP, kB>(blocks, parameters, from, to);
}

template <int kB>
inline void tiles(const Blocks& blocks, int first, int end) {
    Parameters parameters[kB];
    for (int b = 0; b < kB; ++b) {
        setParameters(parameters[b], blocks.op->scale, blocks.firstParameter + 16 * b);
        recentre(parameters[b], blocks.weights + b * blocks.blockWeights, blocks.blockWeights);
    }
    int pixel = first;
    Walk walk(blocks, first);
    for (; pixel + kPixels <= end; pixel += kPixels) {
        tile<kPixels, kB>(blocks, parameters, walk);
    }
    // What is left: a full tile that ends there and computes some pixels again, or smaller ones.
    if (end - pixel > kPixels / 2 && end - first >= kPixels) {
        Walk back(blocks, end - kPixels);
        tile<kPixels, kB>(blocks, parameters, back);
        return;
    }
    for (; pixel + 4 <= end; pixel += 4) {
        tile<4, kB>(blocks, parameters, walk);
    }
    for (; pixel < end; ++pixel) {
        tile<1, kB>(blocks, parameters, walk);
    }
}

// The elements that windows read: the map itself, or a widened copy of it and of all around it.
inline const Element* elementsOf(const Map& in, const Convolution& op, const Map& out,
                                 std::uint8_t* scratch) {
    const Window& window = op.window;
    const std::uint8_t* first = in.data - std::ptrdiff_t{window.padTop} * in.rowStride -
                                std::ptrdiff_t{window.padLeft} * in.pixelStride;
    return widened(first,
                   (std::ptrdiff_t{out.height - 1} * window.strideHeight +
                    (window.kernelHeight - 1) * window.dilationHeight) *
                           in.rowStride +
                       (std::ptrdiff_t{out.width - 1} * window.strideWidth +
                        (window.kernelWidth - 1) * window.dilationWidth + 1) *
                           in.pixelStride +
                       4,
                   scratch);
}
