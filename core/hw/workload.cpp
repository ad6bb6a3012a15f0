// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/workload.h"

namespace tandem::hw {

std::int64_t multiplyAccumulates(const Layer& layer) {
    const std::int64_t outputs = std::int64_t{layer.outputChannels} * layer.outputHeight * layer.outputWidth;
    const std::int64_t taps = std::int64_t{layer.kernelHeight} * layer.kernelWidth;
    switch (layer.kind) {
    case LayerKind::Convolution:
        return outputs * taps * (layer.inputChannels / layer.groups);
    case LayerKind::DepthwiseConvolution:
        return outputs * taps;
    case LayerKind::MaximumPool:
    case LayerKind::AveragePool:
    case LayerKind::Add:
        break;
    }
    return 0;
}

} // namespace tandem::hw
