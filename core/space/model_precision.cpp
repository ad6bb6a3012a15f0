// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/model_precision.h"

#include "core/space/resolution.h"

#include <algorithm>

namespace tandem::space {

namespace {

/// The widest of the widths that were noted, if every one was known.
class Widest {
  public:
    void note(int bits) {
        bits_ = std::max(bits_, bits);
        isKnown_ = isKnown_ && bits > 0;
    }
    int bits() const { return isKnown_ && bits_ > 0 ? std::clamp(bits_, kFewestBits, kMostBits) : kMostBits; }

  private:
    int bits_ = 0;
    bool isKnown_ = true;
};

int bitsOf(const nn::Graph& graph, nn::ValueId value) {
    const auto& quantization = graph.value(value).quantization;
    return quantization ? quantization->bits : 0;
}

/// The last precision that the model gives any value of this map, or 0.
int bitsOf(const nn::Graph& graph, const quant::LoweredTensor& tensor) {
    int bits = 0;
    for (const nn::ValueId alias : tensor.aliases) {
        const int own = bitsOf(graph, alias);
        bits = own > 0 ? own : bits;
    }
    return bits;
}

} // namespace

ModelPrecision modelPrecision(const nn::Graph& prepared, const quant::Lowering& lowering,
                              std::span<const int> layers) {
    Widest weights, activations;
    for (const int index : layers) {
        const quant::LoweredLayer& layer = lowering.layers[static_cast<std::size_t>(index)];
        if (layer.kind == quant::LayerKind::Convolution) {
            weights.note(bitsOf(prepared, layer.weights));
        }
        if (!layer.keepsFormat()) {
            activations.note(bitsOf(prepared, lowering.tensors[static_cast<std::size_t>(layer.output)]));
        }
    }
    return {weights.bits(), activations.bits()};
}

} // namespace tandem::space
