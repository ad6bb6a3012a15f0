// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/engine.h"

#include <numeric>

namespace tandem::hw::pipeline {

int widestLanes(const Layer& layer) {
    switch (traitsOf(layer.kind).channels) {
    case ChannelRule::Joined: {
        int common = 0;
        for (int part : layer.parts) {
            common = std::gcd(common, part);
        }
        return common;
    }
    case ChannelRule::Selected:
    case ChannelRule::Gathered:
        return std::gcd(layer.inputChannels, layer.outputChannels);
    case ChannelRule::Own:
    case ChannelRule::Same:
    case ChannelRule::Spread:
        break;
    }
    return layer.inputChannels;
}

bool selectsRange(const Layer& layer) {
    for (std::size_t i = 1; i < layer.channels.size(); ++i) {
        if (layer.channels[i] != layer.channels[i - 1] + 1) {
            return false;
        }
    }
    return true;
}

Reorder reorderOf(const Layer& layer, int lanes) {
    const std::int64_t pixel = layer.inputChannels / lanes, row = pixel * layer.inputWidth;
    const std::int64_t block = layer.block;
    if (layer.kind == LayerKind::SpaceToDepth) {
        return {.unit = block * row,
                .freed = block * pixel,
                .extents = {block * pixel, 1, block, layer.outputWidth},
                .strides = {1, 0, row, block * pixel}};
    }
    if (layer.kind == LayerKind::DepthToSpace) {
        return {.unit = row,
                .freed = 0,
                .extents = {pixel / block, 1, layer.inputWidth, block},
                .strides = {1, 0, pixel, pixel / block}};
    }
    // Repeated columns need the pixel, repeated rows the row.
    const bool rows = layer.expandHeight > 1;
    return {.unit = rows ? row : pixel,
            .freed = 0,
            .extents = {pixel, layer.expandWidth, rows ? layer.inputWidth : 1, layer.expandHeight},
            .strides = {1, 0, pixel, 0}};
}

std::int64_t inputElements(const Layer& layer, std::size_t input) {
    if (traitsOf(layer.kind).readsFactors && input == 1) {
        return layer.inputChannels;
    }
    const int channels =
        traitsOf(layer.kind).channels == ChannelRule::Joined ? layer.parts.at(input) : layer.inputChannels;
    return std::int64_t{layer.inputHeight} * layer.inputWidth * channels;
}

} // namespace tandem::hw::pipeline
