// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/supernet/sub_network.h"

#include "core/base/error.h"
#include "core/space/changed_network.h"

#include <map>
#include <numeric>

namespace tandem::judge {

namespace {

using space::at;

/// Integers up to here are exact as floats.
constexpr std::size_t kMostNumbered = std::size_t{1} << 24;

void numberElements(nn::Graph& graph, nn::ValueId value, const std::string& layer) {
    if (value == nn::kNoValue) {
        return;
    }
    std::vector<float>& elements = graph.value(value).constant.value().floats();
    if (elements.size() > kMostNumbered) {
        throw inputError("layer '{}' has {} weights; a supernet takes at most {} in a layer", layer,
                         elements.size(), kMostNumbered);
    }
    for (std::size_t i = 0; i < elements.size(); ++i) {
        elements[i] = static_cast<float>(i);
    }
}

/// The indices that a constant of the numbered graph holds, which becomes zeros.
std::vector<std::uint32_t> takePlaces(nn::Graph& graph, nn::ValueId value) {
    std::vector<float>& elements = graph.value(value).constant.value().floats();
    std::vector<std::uint32_t> places(elements.size());
    std::ranges::transform(elements, places.begin(),
                           [](float place) { return static_cast<std::uint32_t>(place); });
    std::ranges::fill(elements, 0.0F);
    return places;
}

/// Makes one sub-network.
class Builder {
  public:
    Builder(const space::Decoder& decoder, const SharedNetwork& shared, int inputBits,
            const nn::Graph& numbered, const point::Encoding& encoding)
        : decoder_(decoder), shared_(shared), inputBits_(inputBits) {
        decoder.resolvePoint(encoding, resolution_);
        made_.prepared = changedNetwork(numbered, decoder.lowering(), decoder.plan(), resolution_);
        made_.lowering = quant::lower(made_.prepared);
    }

    SubNetwork run() {
        matchLayers();
        matchTensors();
        takeWeights();
        chooseFormats();
        makeRounding();
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            addSlices(i);
        }
        addTail();
        for (std::size_t tensor = 0; tensor < made_.rounding.steps.size(); ++tensor) {
            const std::size_t bits = at(bits_[at(classes_[tensor])]);
            const std::size_t block = shared_.tensorSteps[bits][at(sourceOf(classes_[tensor]))];
            slices_.emplace(made_.rounding.steps[tensor], Slice{block, {0}});
        }
        orderSlices();
        return std::move(made_);
    }

  private:
    /// The sub-network's layers are the full one's that are present, in its order.
    void matchLayers() {
        for (std::size_t i = 0; i < resolution_.layers.size(); ++i) {
            if (resolution_.layers[i].present) {
                layers_.push_back(static_cast<int>(i));
            }
        }
        bool agree = layers_.size() == made_.lowering.layers.size();
        for (std::size_t i = 0; agree && i < layers_.size(); ++i) {
            agree = made_.lowering.layers[i].kind == decoder_.lowering().layers[at(layers_[i])].kind;
        }
        if (!agree) {
            throw workError("network '{}': a point's {} layers are not those of the space's plan",
                            made_.prepared.name, made_.lowering.layers.size());
        }
    }

    void matchTensors() {
        source_.assign(made_.lowering.tensors.size(), space::kNone);
        source_[at(made_.lowering.input)] = decoder_.lowering().input;
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            source_[at(made_.lowering.layers[i].output)] = decoder_.lowering().layers[at(layers_[i])].output;
        }
    }

    int sourceOf(int tensor) const { return source_[at(tensor)]; }

    void takeWeights() {
        for (const quant::LoweredLayer& layer : made_.lowering.layers) {
            weights_.push_back(layer.weights == nn::kNoValue ? std::vector<std::uint32_t>()
                                                             : takePlaces(made_.prepared, layer.weights));
            if (layer.bias != nn::kNoValue) {
                takePlaces(made_.prepared, layer.bias);
            }
        }
    }

    /// Every format class takes the widest of the widths that are asked for it, as quant::quantize() does.
    void chooseFormats() {
        classes_ = formatClasses(made_.lowering);
        bits_.assign(classes_.size(), 0);
        bits_[at(classes_[at(made_.lowering.input)])] = inputBits_;
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            const quant::LoweredLayer& layer = made_.lowering.layers[i];
            if (!layer.keepsFormat()) {
                int& own = bits_[at(classes_[at(layer.output)])];
                own = std::max(own, resolution_.tensors[at(sourceOf(layer.output))].bits);
            }
        }
        for (std::size_t tensor = 0; tensor < classes_.size(); ++tensor) {
            const quant::LoweredTensor& lowered = made_.lowering.tensors[tensor];
            const int first = classes_[tensor];
            made_.start.tensors.push_back(
                {lowered.name, lowered.shape, shared_.formats[at(bits_[at(first)])][at(sourceOf(first))]});
        }
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            quant::IntegerLayer& layer = made_.start.layers.emplace_back();
            if (made_.lowering.layers[i].kind == quant::LayerKind::Convolution) {
                quant::ConvolutionLayer convolution;
                convolution.weightBits = resolution_.layers[at(layers_[i])].weightBits;
                layer.op = convolution;
            }
        }
    }

    void makeRounding() {
        const nn::Shape& shape = made_.prepared.value(made_.prepared.inputs.at(0)).shape;
        const std::vector<float> zeros(static_cast<std::size_t>(nn::elementCount(shape)), 0.0F);
        const nn::Tensor input = nn::Tensor::ofFloats(shape, zeros);
        made_.rounding = makeRoundingGraph(made_.prepared, made_.lowering, made_.start, {&input, 1});
    }

    void addSlices(std::size_t index) {
        const quant::RoundingLayer& layer = made_.rounding.layers[index];
        if (layer.weights == nn::kNoValue) {
            return;
        }
        const SharedLayer& shared = shared_.layers[at(layers_[index])];
        const int bits = resolution_.layers[at(layers_[index])].weightBits;
        const std::vector<std::uint32_t>& places = weights_[index];
        const std::size_t outputs = made_.rounding.graph.value(layer.steps).constant->floats().size();
        const std::size_t sharedSize = shared_.blocks[shared.weights].size() / shared.outputs;
        std::vector<std::uint32_t> channels; // of the outputs, output channels come first
        for (std::size_t output = 0; output < outputs; ++output) {
            const std::uint32_t first = places[output * (places.size() / outputs)];
            channels.push_back(static_cast<std::uint32_t>(first / sharedSize));
        }
        slices_.emplace(layer.steps, Slice{shared.steps[at(bits)], channels});
        if (layer.bias != nn::kNoValue) {
            slices_.emplace(layer.bias, Slice{shared.bias, channels});
        }
        for (std::size_t k = 0; k < layer.normalizing.size(); ++k) {
            slices_.emplace(layer.normalizing[k], Slice{shared.normalizing.at(k), channels});
        }
        slices_.emplace(layer.weights, Slice{shared.weights, places});
    }

    /// All networks have the same host tail.
    void addTail() {
        const std::vector<nn::ValueId>& tail = made_.rounding.tail;
        for (std::size_t i = 0; i < tail.size(); ++i) {
            std::vector<std::uint32_t> places(shared_.blocks[shared_.tail.at(i)].size());
            std::iota(places.begin(), places.end(), 0U);
            slices_.emplace(tail[i], Slice{shared_.tail[i], std::move(places)});
        }
    }

    void orderSlices() {
        made_.parameters = parametersOf(made_.rounding.graph, made_.rounding.quantization);
        for (const train::Parameter& parameter : made_.parameters) {
            const auto slice = slices_.find(parameter.value);
            if (slice == slices_.end()) {
                throw inputError("parameter '{}' does not belong to an accelerator layer; a supernet cannot "
                                 "share it",
                                 made_.rounding.graph.value(parameter.value).name);
            }
            made_.slices.push_back(slice->second);
        }
    }

    const space::Decoder& decoder_;
    const SharedNetwork& shared_;
    int inputBits_;
    space::Resolution resolution_;
    SubNetwork made_;
    std::vector<int> layers_;                         ///< of the full network, per layer
    std::vector<int> source_;                         ///< tensor of the full network, per tensor
    std::vector<std::vector<std::uint32_t>> weights_; ///< places, per layer
    std::vector<int> classes_, bits_;                 ///< per tensor; bits of the first of a class
    std::map<nn::ValueId, Slice> slices_;
};

} // namespace

SubNetworkMaker::SubNetworkMaker(const space::Decoder& decoder, const SharedNetwork& shared, int inputBits)
    : decoder_(decoder), shared_(shared), inputBits_(inputBits), numbered_(decoder.graph()) {
    for (const quant::LoweredLayer& layer : decoder.lowering().layers) {
        numberElements(numbered_, layer.weights, layer.name);
        numberElements(numbered_, layer.bias, layer.name);
    }
}

SubNetwork SubNetworkMaker::make(const point::Encoding& encoding) const {
    return Builder(decoder_, shared_, inputBits_, numbered_, encoding).run();
}

nn::Graph withParameters(const SubNetwork& network, const train::ParameterBlocks& parameters) {
    nn::Graph graph = network.rounding.graph;
    writeParameters(graph, network.parameters, parameters);
    return graph;
}

} // namespace tandem::judge
