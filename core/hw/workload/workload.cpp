// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/workload/workload.h"

namespace tandem::hw {

std::int64_t multiplyAccumulates(const Layer& layer) {
    const std::int64_t outputs = std::int64_t{layer.outputChannels} * layer.outputHeight * layer.outputWidth;
    const std::int64_t taps = std::int64_t{layer.kernelHeight} * layer.kernelWidth;
    const quant::KindTraits traits = traitsOf(layer.kind);
    if (traits.hasWeights) {
        const bool mixes = traits.channels == ChannelRule::Own;
        return outputs * taps * (mixes ? layer.inputChannels / layer.groups : 1);
    }
    return traits.readsFactors ? outputs : 0;
}

} // namespace tandem::hw
