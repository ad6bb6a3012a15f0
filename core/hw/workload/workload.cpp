// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/workload/workload.h"

namespace tandem::hw {

std::string_view kindName(LayerKind kind) {
    switch (kind) {
    case LayerKind::Convolution:
        return "convolution";
    case LayerKind::DepthwiseConvolution:
        return "depth-wise convolution";
    case LayerKind::MaximumPool:
        return "maximum pool";
    case LayerKind::AveragePool:
        return "average pool";
    case LayerKind::Add:
        return "addition";
    case LayerKind::Table:
        return "table";
    case LayerKind::Concat:
        return "channel concatenation";
    case LayerKind::Select:
        return "channel selection";
    case LayerKind::Expand:
        return "expansion";
    case LayerKind::Scale:
        return "scale per channel";
    case LayerKind::SpaceToDepth:
        return "space to depth";
    case LayerKind::DepthToSpace:
        return "depth to space";
    }
    return "";
}

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
    case LayerKind::Table:
    case LayerKind::Concat:
    case LayerKind::Select:
    case LayerKind::Expand:
    case LayerKind::SpaceToDepth:
    case LayerKind::DepthToSpace:
        break;
    case LayerKind::Scale:
        return outputs;
    }
    return 0;
}

} // namespace tandem::hw
