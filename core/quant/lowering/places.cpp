// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering/places.h"

#include "core/base/error.h"
#include "core/quant/lowering/host_parts.h"
#include "core/quant/lowering/pointwise.h"
#include "core/quant/lowering/rules.h"

#include <algorithm>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

} // namespace

Places::Places(const nn::Graph& graph, LayerList& layers)
    : graph_(graph), layers_(layers), lowering_(layers.lowering()), places_(graph.values.size()) {}

const Place* Places::firstBlocked() const {
    const auto place = std::ranges::find_if(places_, [](const Place& p) { return p.blocker >= 0; });
    return place == places_.end() ? nullptr : &*place;
}

void Places::move(const nn::Node& node) {
    const Place from = of(node.inputs[0]);
    std::vector<Order> orders = movedOrders(graph_, node, from.order);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        Place moved = from;
        moved.order = std::move(orders[i]);
        set(node.outputs[i], std::move(moved));
    }
    if (node.outputs.size() > 1) {
        layers_.share(from.tensor);
    }
}

void Places::set(nn::ValueId value, Place place) {
    if (place.isPlainMap()) {
        layers_.addAlias(place.tensor, value);
    }
    places_[at(value)] = std::move(place);
}

void Places::setNatural(nn::ValueId value, int tensor) {
    Place place;
    place.where = Where::Map;
    place.tensor = tensor;
    set(value, std::move(place));
}

void Places::setFunction(const nn::Node& node, Place from) {
    from.function = node.outputs[0];
    set(node.outputs[0], std::move(from));
}

bool Places::joinsFunctions(const nn::Node& node) const {
    if (isConstant(graph_, node.inputs[0]) || isConstant(graph_, node.inputs[1])) {
        return false;
    }
    const Place &a = of(node.inputs[0]), &b = of(node.inputs[1]);
    const bool isSum = std::get<nn::Binary>(node.op).kind == nn::BinaryKind::Add;
    const bool isPlain = a.isPlainMap() && b.isPlainMap();
    return a.isMap() && b.isMap() && a.tensor == b.tensor && a.order == b.order && !(isSum && isPlain) &&
           graph_.value(node.inputs[0]).shape == graph_.value(node.inputs[1]).shape;
}

std::optional<std::string> Places::read(const nn::Node& node, nn::ValueId value, int& tensor) {
    if (of(value).where == Where::Before) {
        tensor = enter(node, value);
        return {};
    }
    settleFunction(value);
    if (!settleOrder(value)) {
        return "its input is a reshaped or transposed feature map";
    }
    tensor = of(value).tensor;
    return {};
}

void Places::settleFunction(nn::ValueId value) {
    const Place place = of(value);
    if (place.function == nn::kNoValue) {
        return;
    }
    const bool fills = std::ranges::find(place.order, kFilled) != place.order.end();
    if (fills) { // what stands in the filled cells is a function of zero
        const auto steps = stepsOf(value);
        if (steps) {
            const int moved = addSteps(value, *steps, nn::kNoValue);
            setNatural(value, addTable(value, moved, value, place.tensor));
        }
        return;
    }
    const nn::ValueId function = place.function;
    const auto known = tables_.find(function);
    const bool natural = of(function).order.empty();
    const int table = known != tables_.end()
                          ? known->second
                          : addTable(function, place.tensor, natural ? function : nn::kNoValue, place.tensor);
    tables_[function] = table;
    Place settled = place;
    settled.tensor = table;
    settled.function = nn::kNoValue;
    set(value, std::move(settled));
}

int Places::addTable(nn::ValueId function, int input, nn::ValueId content, int root) {
    const nn::NodeId id = producerNode(function);
    LoweredLayer layer;
    layer.kind = LayerKind::Table;
    layer.kernel = layer.stride = layer.dilation = {1, 1};
    layer.function = function;
    layer.sources = layers_.everAliases(root);
    LoweredTensor made;
    made.shape = lowering_.tensors[at(input)].shape;
    made.value = content;
    made.neverNegative = isNeverNegative(graph_.node(id));
    const int table = layers_.addLayer(id, std::move(layer), {input}, std::move(made));
    for (std::size_t value = 0; value < places_.size(); ++value) {
        if (places_[value].function == function) { // they may come to read this table too
            layers_.addReader(table, static_cast<nn::ValueId>(value));
        }
    }
    return table;
}

nn::NodeId Places::producerNode(nn::ValueId value) const {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
        if (std::ranges::find(graph_.nodes[i].outputs, value) != graph_.nodes[i].outputs.end()) {
            return static_cast<nn::NodeId>(i);
        }
    }
    return -1;
}

std::optional<std::vector<MovementStep>> Places::stepsOf(nn::ValueId value) const {
    const auto shape = mapOf(graph_.value(value).shape);
    const Place& place = of(value);
    return shape ? movementSteps(place.order, lowering_.tensors[at(place.tensor)].shape, *shape)
                 : std::nullopt;
}

bool Places::settleOrder(nn::ValueId value) {
    const auto steps = of(value).isPlainMap() ? stepsOf(value) : std::nullopt;
    if (!steps) {
        return false;
    }
    if (!steps->empty()) {
        const int from = of(value).tensor;
        std::erase(lowering_.tensors[at(from)].aliases, value);
        setNatural(value, addSteps(value, *steps, value));
    }
    return true;
}

int Places::addSteps(nn::ValueId value, const std::vector<MovementStep>& steps, nn::ValueId content) {
    int tensor = of(value).tensor;
    for (const MovementStep& step : steps) {
        LoweredLayer layer;
        layer.kind = step.kind;
        layer.kernel = layer.stride = layer.dilation = {1, 1};
        layer.channels = step.channels;
        layer.factor = step.factor;
        layer.repeat = step.repeat;
        layer.block = step.block;
        const LoweredTensor& read = lowering_.tensors[at(tensor)];
        LoweredTensor made;
        made.shape = step.shape;
        made.value = &step == &steps.back() ? content : nn::kNoValue;
        made.low = read.low;
        made.high = read.high;
        tensor = layers_.addLayer(producerNode(value), std::move(layer), {tensor}, std::move(made));
    }
    return tensor;
}

int Places::enter(const nn::Node& node, nn::ValueId value) {
    if (entry_ != nn::kNoValue) {
        throw inputError("node '{}' ({}) reads '{}', but '{}' already enters the accelerator: only one "
                         "value may",
                         node.name, node.sourceOperator, graph_.value(value).name, graph_.value(entry_).name);
    }
    entry_ = value;
    LoweredTensor tensor;
    tensor.name = graph_.value(value).name;
    tensor.shape = *mapOf(graph_.value(value).shape);
    tensor.value = value;
    lowering_.input = layers_.addInput(std::move(tensor));
    setNatural(value, lowering_.input);
    lowering_.hostNodes = nodesBefore(graph_, value);
    lowering_.before = subgraph(graph_, lowering_.hostNodes, graph_.inputs, {value});
    return lowering_.input;
}

bool Places::isNaturalMap(nn::ValueId value) const {
    return of(value).isPlainMap() && of(value).order.empty();
}

} // namespace tandem::quant
