// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/supernet/slice.h"

namespace tandem::judge {

void gather(std::span<const Slice> slices, const train::ParameterBlocks& shared,
            train::ParameterBlocks& parameters) {
    parameters.resize(slices.size());
    for (std::size_t i = 0; i < slices.size(); ++i) {
        const std::vector<float>& block = shared.at(slices[i].block);
        parameters[i].resize(slices[i].places.size());
        std::ranges::transform(slices[i].places, parameters[i].begin(),
                               [&](std::uint32_t place) { return block[place]; });
    }
}

void scatterAdd(std::span<const Slice> slices, const train::ParameterBlocks& gradients,
                train::ParameterBlocks& shared) {
    for (std::size_t i = 0; i < slices.size(); ++i) {
        std::vector<float>& block = shared.at(slices[i].block);
        for (std::size_t k = 0; k < slices[i].places.size(); ++k) {
            block[slices[i].places[k]] += gradients[i][k];
        }
    }
}

} // namespace tandem::judge
