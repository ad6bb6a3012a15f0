// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering/lowered_layers.h"

#include "core/base/error.h"

#include <algorithm>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

std::string unique(const std::string& given, std::set<std::string>& taken) {
    std::string name = given;
    for (int i = 2; !taken.insert(name).second; ++i) {
        name = fmt::format("{}_{}", given, i);
    }
    return name;
}

} // namespace

LayerList::LayerList(const nn::Graph& graph) : graph_(graph), consumers_(graph.consumers()) {
    leaves_.insert(graph.outputs.begin(), graph.outputs.end());
}

int LayerList::addInput(LoweredTensor tensor) {
    tensor.name = uniqueTensorName(tensor.name);
    const int index = static_cast<int>(lowering_.tensors.size());
    everAliases_[index];
    lowering_.tensors.push_back(std::move(tensor));
    return index;
}

void LayerList::addAlias(int tensor, nn::ValueId value) {
    lowering_.tensors[at(tensor)].aliases.push_back(value);
    everAliases_[tensor].push_back(value);
}

bool LayerList::foldClamp(nn::NodeId id, int tensor, double low, double high, bool onlyStored) {
    const bool keepsZero = low <= 0 && high >= 0;
    const int by = folder(tensor, keepsZero);
    if (by < 0 || !(onlyStored || keepsZero)) {
        return false;
    }
    lowering_.layers[at(by)].nodes.push_back(id);
    clamp(tensor, low, high);
    for (int below = tensor; below != lowering_.layers[at(by)].output;) {
        below = lowering_.layers[at(producerOf(below))].inputs[0];
        clamp(below, low, high);
    }
    return true;
}

int LayerList::addLayer(nn::NodeId id, LoweredLayer made, std::vector<int> inputs, LoweredTensor tensor) {
    if (traitsOf(made.kind).readsFactors) { // the factors second
        const MapShape &a = lowering_.tensors[at(inputs[0])].shape,
                       &b = lowering_.tensors[at(inputs[1])].shape;
        if (a.height * a.width < b.height * b.width) {
            std::swap(inputs[0], inputs[1]);
        }
    }
    made.name = uniqueName(id);
    made.node = id;
    made.nodes = id < 0 ? std::vector<nn::NodeId>() : std::vector<nn::NodeId>{id};
    made.output = static_cast<int>(lowering_.tensors.size());
    tensor.name = uniqueTensorName(id < 0 ? made.name : graph_.value(graph_.node(id).outputs[0]).name);
    const auto nonNegative = [this](int input) { return lowering_.tensors[at(input)].neverNegative; };
    const bool keepsSign = traitsOf(made.kind).sign != SignRule::Own;
    tensor.neverNegative = tensor.neverNegative || (keepsSign && std::ranges::all_of(inputs, nonNegative));
    made.inputs = std::move(inputs);
    everAliases_[made.output];
    lowering_.tensors.push_back(std::move(tensor));
    lowering_.layers.push_back(std::move(made));
    return lowering_.layers.back().output;
}

bool LayerList::isPrivate(int tensor) const {
    return !shared_.contains(tensor) &&
           std::ranges::all_of(everAliases_.at(tensor), [this](nn::ValueId value) {
               return consumers_[at(value)].size() <= 1 && !leaves_.contains(value);
           });
}

int LayerList::producerOf(int tensor) const {
    for (std::size_t i = 0; i < lowering_.layers.size(); ++i) {
        if (lowering_.layers[i].output == tensor) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

int LayerList::folder(int tensor, bool keepsZero) const {
    const int producer = producerOf(tensor);
    if (producer < 0 || !isPrivate(tensor)) {
        return -1;
    }
    const LoweredLayer& made = lowering_.layers[at(producer)];
    if (made.kind == LayerKind::Concat || (made.kind == LayerKind::Expand && !keepsZero)) {
        return -1;
    }
    return made.keepsFormat() ? folder(made.inputs[0], keepsZero) : producer;
}

void LayerList::clamp(int tensor, double low, double high) {
    LoweredTensor& clamped = lowering_.tensors[at(tensor)];
    clamped.low = std::clamp(clamped.low, low, high);
    clamped.high = std::clamp(clamped.high, low, high);
    clamped.neverNegative = clamped.neverNegative || low >= 0;
}

void LayerList::removeUnread() {
    std::vector<bool> read(lowering_.tensors.size(), false);
    read[at(lowering_.output)] = read[at(lowering_.input)] = true;
    std::vector<LoweredLayer> kept;
    for (auto layer = lowering_.layers.rbegin(); layer != lowering_.layers.rend(); ++layer) {
        if (read[at(layer->output)]) {
            std::ranges::for_each(layer->inputs, [&](int input) { read[at(input)] = true; });
            kept.insert(kept.begin(), std::move(*layer));
        }
    }
    std::vector<int> moved(lowering_.tensors.size(), -1);
    std::vector<LoweredTensor> tensors;
    for (std::size_t i = 0; i < read.size(); ++i) {
        if (read[i]) {
            moved[i] = static_cast<int>(tensors.size());
            tensors.push_back(std::move(lowering_.tensors[i]));
        }
    }
    for (LoweredLayer& layer : kept) {
        layer.output = moved[at(layer.output)];
        std::ranges::for_each(layer.inputs, [&](int& input) { input = moved[at(input)]; });
    }
    lowering_.input = moved[at(lowering_.input)];
    lowering_.output = moved[at(lowering_.output)];
    lowering_.layers = std::move(kept);
    lowering_.tensors = std::move(tensors);
}

std::string LayerList::uniqueName(nn::NodeId id) {
    const std::string given = id < 0                         ? "outputs"
                              : graph_.node(id).name.empty() ? graph_.node(id).sourceOperator
                                                             : graph_.node(id).name;
    return unique(given, names_);
}

std::string LayerList::uniqueTensorName(const std::string& given) {
    return unique(given, tensorNames_);
}

} // namespace tandem::quant
