// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/workload/frame_bytes.h"

namespace tandem::hw {

namespace {

std::int64_t bytesOf(int channels, int height, int width, int bits) {
    return std::int64_t{channels} * height * width * ((bits + 7) / 8);
}

} // namespace

std::int64_t inputBytes(const Workload& workload) {
    return bytesOf(workload.inputChannels, workload.inputHeight, workload.inputWidth, workload.inputBits);
}

std::int64_t outputBytes(const Workload& workload) {
    const Layer& last = workload.layers.back();
    return bytesOf(last.outputChannels, last.outputHeight, last.outputWidth, last.outputBits);
}

} // namespace tandem::hw
