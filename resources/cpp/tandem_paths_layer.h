// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// A whole convolution in blocks of output channels. Included once in the namespace of every path with vector
// instructions, behind the tiles and columns that it is made of.

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
    Blocks blocks{};
    blocks.out = &out;
    blocks.op = &op;
    blocks.reading = reading;
    blocks.columnStep = op.window.strideWidth * in.pixelStride;
    blocks.rowStep = op.window.strideHeight * in.rowStride;
    blocks.blockWeights = blockInputs * 16;
    const bool isColumn = pixels == 1 && readsWeightsDirectly(op.weightBits);
    const int most = isColumn ? kColumnBlocks : kBlocks;
    int turn = 0;
    for (int group = 0; group < op.groups; ++group) {
        blocks.input = input + group * (in.channels / op.groups);
        for (int block = 0; block < blocksPerGroup; block += most, ++turn) {
            if (!sharePixels && turn % share.count != share.index) {
                continue;
            }
            const int together = blocksPerGroup - block < most ? blocksPerGroup - block : most;
            const std::ptrdiff_t number = std::ptrdiff_t{group} * blocksPerGroup + block;
            blocks.firstChannel = group * outputs + 16 * block;
            blocks.channels = outputs - 16 * block;
            blocks.firstParameter = static_cast<int>(number) * 16;
            if (isColumn) {
                column(blocks, together, number * blockInputs / 4, blockInputs / 4);
                continue;
            }
            blocks.weights =
                weightsOf(op, number * blockInputs / 4, together * blockInputs / 4, weightScratch);
            if (together == kBlocks) {
                tiles<kBlocks>(blocks, first, end);
            } else {
                tiles<1>(blocks, first, end);
            }
        }
    }
}
