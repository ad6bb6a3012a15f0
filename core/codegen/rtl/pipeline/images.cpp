// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/pipeline/images.h"

#include <algorithm>

namespace tandem::codegen {

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

} // namespace

MemoryImage weightImage(const quant::ConvolutionLayer& op, const hw::Layer& layer, const hw::Folding& folding,
                        const hw::pipeline::Engine& engine) {
    const bool separate = layer.kind == hw::LayerKind::DepthwiseConvolution;
    const int taps = layer.kernelHeight * layer.kernelWidth;
    const int inGroup = layer.inputChannels / layer.groups, outGroup = layer.outputChannels / layer.groups;
    const auto weight = [&](int out, int in, int tap) -> std::int64_t {
        if (in / inGroup != out / outGroup) {
            return 0;
        }
        return op.weights[at((std::int64_t{out} * inGroup + in % inGroup) * taps + tap)];
    };
    // Weights that share a DSP are fields of one number: each lends to the one below it, if that is negative.
    const int together = std::max(1, hw::pipeline::productsPerDsp(layer, folding));
    const auto field = [&](int out, int in, int tap) {
        std::int64_t borrow = 0;
        for (int below = out - out % together; below < out; ++below) {
            borrow = weight(below, in, tap) - borrow < 0 ? 1 : 0;
        }
        return weight(out, in, tap) - borrow;
    };
    const int lanes = separate ? 1 : folding.simd;
    MemoryImage image(folding.pe * lanes * layer.weightBits);
    const int blocks = separate ? 1 : layer.inputChannels / folding.simd / engine.slices;
    for (int first = 0; first < layer.outputChannels; first += folding.pe) {
        const int slice = first * engine.slices / layer.outputChannels;
        for (int tap = 0; tap < taps; ++tap) {
            for (int block = slice * blocks; block < (slice + 1) * blocks; ++block) {
                image.nextWord();
                for (int p = 0; p < folding.pe; ++p) {
                    for (int s = 0; s < lanes; ++s) {
                        const int in = separate ? first + p : block * folding.simd + s;
                        image.put(field(first + p, in, tap), layer.weightBits);
                    }
                }
            }
        }
    }
    return image;
}

hw::pipeline::Parameters withWeightColumns(const quant::IntegerNetwork& network, const hw::Workload& workload,
                                           hw::pipeline::Parameters parameters) {
    parameters.weightColumns.clear();
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const hw::Layer& layer = workload.layers[l];
        const hw::Folding& folding = parameters.foldings[l];
        const auto* op = std::get_if<quant::ConvolutionLayer>(&network.layers[l].op);
        parameters.weightColumns.push_back(
            op == nullptr
                ? 0
                : changingColumns(
                      weightImage(*op, layer, folding, hw::pipeline::engineOf(layer, folding)).text()));
    }
    return parameters;
}

std::string selectImage(const hw::Layer& layer, int lanes) {
    const int beatBits = std::max(1, log2Ceil(layer.inputChannels / lanes));
    const int laneBits = log2Ceil(lanes);
    MemoryImage image(lanes * (beatBits + laneBits));
    for (std::size_t c = 0; c < layer.channels.size(); ++c) {
        if (c % at(lanes) == 0) {
            image.nextWord();
        }
        image.put(layer.channels[c] / lanes, beatBits);
        image.put(layer.channels[c] % lanes, laneBits);
    }
    return image.text();
}

} // namespace tandem::codegen
