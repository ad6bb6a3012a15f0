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
                    const Vector activation = splat(at[p] + i * kInputsPerDot);
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

// The same where 32 bits do not do.
template <int kP, int kB>
inline void storeTileWide(const Sums (&sums)[kP][kB], std::uint8_t* const (&to)[kP], int channels,
                          const Scale& scale, int firstChannel) {
    for (int p = 0; p < kP; ++p) {
        for (int b = 0; b < kB; ++b) {
            alignas(64) std::int32_t numbers[16];
            storeSums(sums[p][b], numbers);
            for (int c = 0; c < 16 && 16 * b + c < channels; ++c) {
                to[p][16 * b + c] = rescaled(numbers[c], scale, firstChannel + 16 * b + c);
            }
        }
    }
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

template <int kP, int kB>
inline void tile(const Blocks& blocks, const Parameters* parameters, int pixel) {
    const Element* from[kP];
    std::uint8_t* to[kP];
    int row = pixel / blocks.out->width, column = pixel % blocks.out->width;
    for (int p = 0; p < kP; ++p) {
        from[p] =
            blocks.input + std::ptrdiff_t{row} * blocks.rowStep + std::ptrdiff_t{column} * blocks.columnStep;
        to[p] = blocks.out->data + std::ptrdiff_t{row} * blocks.out->rowStride +
                std::ptrdiff_t{column} * blocks.out->pixelStride + blocks.firstChannel;
        if (++column == blocks.out->width) {
            column = 0;
            ++row;
        }
    }
    Sums sums[kP][kB];
    sumTile<kP, kB>(from, blocks.weights, blocks.blockWeights, blocks.reading, parameters, sums);
    if (blocks.op->scale.narrow) {
        storeTile<kP, kB>(sums, to, blocks.channels, parameters);
    } else {
        storeTileWide<kP, kB>(sums, to, blocks.channels, blocks.op->scale, blocks.firstParameter);
    }
}

template <int kB>
inline void tiles(const Blocks& blocks, int first, int end) {
    Parameters parameters[kB];
    for (int b = 0; b < kB; ++b) {
        for (int i = 0; i < 16; ++i) {
            parameters[b].set(i, blocks.op->scale, blocks.firstParameter + 16 * b + i);
        }
        parameters[b].setLimits(blocks.op->scale);
    }
    const int count = end - first;
    int pixel = first;
    for (; pixel + kPixels <= end; pixel += kPixels) {
        tile<kPixels, kB>(blocks, parameters, pixel);
    }
    // What is left: a full tile that ends there and computes some pixels again, or smaller ones.
    if (end - pixel > kPixels / 2 && count >= kPixels) {
        tile<kPixels, kB>(blocks, parameters, end - kPixels);
        return;
    }
    for (; pixel + 4 <= end; pixel += 4) {
        tile<4, kB>(blocks, parameters, pixel);
    }
    for (; pixel < end; ++pixel) {
        tile<1, kB>(blocks, parameters, pixel);
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

inline void convolution(const Map& in, const Map& out, const Convolution& op, std::uint8_t* scratch,
                        Share share) {
    const int pixels = out.height * out.width, outputs = out.channels / op.groups;
    const int blocksPerGroup = (outputs + 15) / 16;
    const Reading reading = readingOf(in, op);
    const std::ptrdiff_t blockInputs = std::ptrdiff_t{reading.rows} * reading.runs * reading.quads * 4;
    // Threads share the pixels where there are enough, else the blocks.
    const bool sharePixels = pixels >= kPixels * share.count;
    const int first = sharePixels ? static_cast<int>(std::int64_t{pixels} * share.index / share.count) : 0;
    const int end =
        sharePixels ? static_cast<int>(std::int64_t{pixels} * (share.index + 1) / share.count) : pixels;
    std::uint8_t* const weightScratch = aligned(scratch);
    const Element* const input = elementsOf(in, op, out, weightScratch + 2 * 32 * blockInputs);
    Blocks blocks{&out,
                  &op,
                  reading,
                  input,
                  op.window.strideWidth * in.pixelStride,
                  op.window.strideHeight * in.rowStride,
                  nullptr,
                  0,
                  0,
                  0,
                  0};
    int turn = 0;
    for (int group = 0; group < op.groups; ++group) {
        blocks.input = input + group * (in.channels / op.groups);
        for (int block = 0; block < blocksPerGroup; block += kBlocks, ++turn) {
            if (!sharePixels && turn % share.count != share.index) {
                continue;
            }
            const int together = blocksPerGroup - block < kBlocks ? blocksPerGroup - block : kBlocks;
            const std::ptrdiff_t number = std::ptrdiff_t{group} * blocksPerGroup + block;
            blocks.weights =
                weightsOf(op, number * blockInputs / 4, together * blockInputs / 4, weightScratch);
            blocks.blockWeights = blockInputs * 16;
            blocks.firstChannel = group * outputs + 16 * block;
            blocks.channels = outputs - 16 * block;
            blocks.firstParameter = static_cast<int>(number) * 16;
            if (together == kBlocks) {
                tiles<kBlocks>(blocks, first, end);
            } else {
                tiles<1>(blocks, first, end);
            }
        }
    }
}
