// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering.h"

#include "core/base/error.h"
#include "core/quant/lowering_rules.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// A reordering of elements; empty where it is the natural order.
using Order = std::vector<int>;

bool isNatural(const Order& order) {
    return order.empty();
}

/// The order of a transposed value's elements.
Order permuted(const Order& order, const nn::Shape& from, const std::vector<int>& permutation) {
    const std::size_t rank = from.size();
    std::vector<std::int64_t> stride(rank, 1);
    for (std::size_t axis = rank; axis-- > 1;) {
        stride[axis - 1] = stride[axis] * from[axis];
    }
    const std::int64_t count = nn::elementCount(from);
    Order result(static_cast<std::size_t>(count));
    std::vector<std::int64_t> position(rank, 0);
    for (int& element : result) {
        std::int64_t source = 0;
        for (std::size_t axis = 0; axis < rank; ++axis) {
            source += position[axis] * stride[at(permutation[axis])];
        }
        element = isNatural(order) ? static_cast<int>(source) : order[static_cast<std::size_t>(source)];
        for (std::size_t axis = rank; axis-- > 0;) {
            if (++position[axis] < from[at(permutation[axis])]) {
                break;
            }
            position[axis] = 0;
        }
    }
    const bool natural = std::ranges::is_sorted(result); // a permutation that is sorted is the identity
    return natural ? Order{} : result;
}

/// Walks the graph once and sorts every node into before, accelerator or after.
class Lowerer {
  public:
    explicit Lowerer(const nn::Graph& graph)
        : graph_(graph), consumers_(graph.consumers()), places_(graph.values.size()) {
        leaves_.insert(graph.outputs.begin(), graph.outputs.end());
    }

    Lowering run() {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            place(static_cast<nn::NodeId>(i));
        }
        if (lowering_.layers.empty()) {
            throw inputError("network '{}' has nothing to accelerate: {}", graph_.name, firstReason());
        }
        findOutput();
        return std::move(lowering_);
    }

  private:
    enum class Where { Before, Map, After };
    /// Where a value is computed. Map: element i is element order[i] of the tensor.
    struct Place {
        Where where = Where::Before;
        int tensor = -1;
        Order order;
        nn::NodeId blocker = -1; ///< After: the first host operator on the way
        std::string reason;      ///< why that is one
    };

    const Place& placeOf(nn::ValueId value) const { return places_[at(value)]; }

    std::string firstReason() const {
        for (const nn::Node& node : graph_.nodes) {
            if (const auto reason = whyHost(graph_, node)) {
                return fmt::format("node '{}' ({}): {}", node.name, node.sourceOperator, *reason);
            }
        }
        return "it has no convolution, linear layer, pool or addition";
    }

    void place(nn::NodeId id) {
        const nn::Node& node = graph_.node(id);
        const Place* blocked = nullptr;
        bool readsMap = false;
        for (const nn::ValueId input : node.inputs) {
            if (input == nn::kNoValue || isConstant(graph_, input)) {
                continue;
            }
            if (placeOf(input).where == Where::After) {
                blocked = &placeOf(input);
            }
            readsMap = readsMap || placeOf(input).where == Where::Map;
        }
        if (blocked != nullptr) {
            refuseLayerBehind(node, *blocked);
            setAfter(node, Place{*blocked});
            return;
        }
        std::optional<std::string> reason = whyHost(graph_, node);
        if (!reason) {
            reason = map(id, readsMap);
        }
        if (reason && readsMap) {
            setAfter(node, {Where::After, -1, {}, id, *reason});
        }
    }

    /// Work that the accelerator should do must not stand behind a host operator.
    void refuseLayerBehind(const nn::Node& node, const Place& blocked) const {
        const bool isWork =
            std::holds_alternative<nn::Convolution>(node.op) || std::holds_alternative<nn::Linear>(node.op);
        if (isWork) {
            const nn::Node& host = graph_.node(blocked.blocker);
            throw inputError(
                "node '{}' ({}) stands between accelerator layers (before '{}') and cannot run on "
                "the accelerator: {}",
                host.name, host.sourceOperator, node.name, blocked.reason);
        }
    }

    void setAfter(const nn::Node& node, const Place& place) {
        for (const nn::ValueId output : node.outputs) {
            places_[at(output)] = place;
        }
    }

    /// Puts a mappable node on the accelerator (or, in front of it, leaves it to the host). The reason where
    /// its surroundings forbid it.
    std::optional<std::string> map(nn::NodeId id, bool readsMap) {
        const nn::Node& node = graph_.node(id);
        if (std::holds_alternative<nn::Reshape>(node.op) || std::holds_alternative<nn::Identity>(node.op) ||
            std::holds_alternative<nn::Transpose>(node.op)) {
            if (readsMap) {
                alias(node);
            }
            return {};
        }
        if (const auto* activation = std::get_if<nn::Activation>(&node.op)) {
            if (readsMap) {
                activate(id, *activation);
            }
            return {};
        }
        return layer(id);
    }

    void alias(const nn::Node& node) {
        const Place& from = placeOf(node.inputs[0]);
        Order order = from.order;
        if (const auto* transpose = std::get_if<nn::Transpose>(&node.op)) {
            order = permuted(order, graph_.value(node.inputs[0]).shape, transpose->permutation);
        }
        addAlias(node.outputs[0], from.tensor, std::move(order));
    }

    void addAlias(nn::ValueId value, int tensor, Order order) {
        places_[at(value)] = {Where::Map, tensor, std::move(order), -1, {}};
        lowering_.tensors[at(tensor)].aliases.push_back(value);
    }

    /// Whether nothing but one chain of nodes sees this map.
    bool isPrivate(int tensor) const {
        return std::ranges::all_of(lowering_.tensors[at(tensor)].aliases, [this](nn::ValueId value) {
            return consumers_[at(value)].size() <= 1 && !leaves_.contains(value);
        });
    }

    int producerOf(int tensor) const {
        for (std::size_t i = 0; i < lowering_.layers.size(); ++i) {
            if (lowering_.layers[i].output == tensor) {
                return static_cast<int>(i);
            }
        }
        return -1;
    }

    /// The layer that can take a clamp of this map, or -1.
    int folder(int tensor) const {
        const int producer = producerOf(tensor);
        if (producer < 0 || !isPrivate(tensor)) {
            return -1;
        }
        const LoweredLayer& made = lowering_.layers[at(producer)];
        const bool isMaximum = made.kind == LoweredKind::Pool && made.pool == nn::PoolKind::Maximum;
        return isMaximum ? folder(made.inputs[0]) : producer;
    }

    void activate(nn::NodeId id, const nn::Activation& op) {
        const nn::Node& node = graph_.node(id);
        const bool isRelu = op.kind == nn::ActivationKind::Relu;
        const double low = isRelu ? 0.0 : double{op.low};
        const double high = isRelu ? std::numeric_limits<double>::infinity() : double{op.high};
        const Place from = placeOf(node.inputs[0]);
        int tensor = from.tensor;
        const int by = folder(tensor);
        if (by < 0) {
            LoweredLayer cell;
            cell.kind = LoweredKind::Pool;
            cell.pool = nn::PoolKind::Average;
            cell.kernel = cell.stride = cell.dilation = {1, 1};
            const MapShape shape = lowering_.tensors[at(tensor)].shape;
            tensor = addLayer(id, std::move(cell), {tensor}, shape);
        } else {
            lowering_.layers[at(by)].nodes.push_back(id);
        }
        clamp(tensor, low, high);
        const int top = by < 0 ? tensor : lowering_.layers[at(by)].output;
        for (int below = tensor; below != top;) {
            below = lowering_.layers[at(producerOf(below))].inputs[0];
            clamp(below, low, high);
        }
        addAlias(node.outputs[0], tensor, from.order);
    }

    void clamp(int tensor, double low, double high) {
        LoweredTensor& clamped = lowering_.tensors[at(tensor)];
        clamped.low = std::clamp(clamped.low, low, high);
        clamped.high = std::clamp(clamped.high, low, high);
        clamped.neverNegative = clamped.neverNegative || low >= 0;
    }

    std::optional<std::string> layer(nn::NodeId id) {
        const nn::Node& node = graph_.node(id);
        std::vector<int> inputs;
        const std::size_t dataInputs = std::holds_alternative<nn::Binary>(node.op) ? 2 : 1;
        for (std::size_t i = 0; i < dataInputs; ++i) {
            inputs.push_back(inputMap(node, node.inputs[i]));
        }
        LoweredLayer made;
        if (const auto reason = describe(node, inputs[0], made)) {
            return reason;
        }
        addLayer(id, std::move(made), inputs, *mapOf4(node.outputs[0]));
        return {};
    }

    /// The shape of a value as a map; a mean that dropped its axes counts too.
    std::optional<MapShape> mapOf4(nn::ValueId value) const { return mapOf(graph_.value(value).shape); }

    /// The tensor that a layer reads; a value from outside becomes the accelerator's input.
    int inputMap(const nn::Node& node, nn::ValueId value) {
        if (placeOf(value).where == Where::Map) {
            return placeOf(value).tensor;
        }
        if (entry_ != nn::kNoValue) {
            throw inputError("node '{}' ({}) reads '{}', but '{}' already enters the accelerator: only one "
                             "value may",
                             node.name, node.sourceOperator, graph_.value(value).name,
                             graph_.value(entry_).name);
        }
        entry_ = value;
        LoweredTensor tensor;
        tensor.name = graph_.value(value).name;
        tensor.shape = *mapOf(graph_.value(value).shape);
        tensor.value = value;
        lowering_.input = static_cast<int>(lowering_.tensors.size());
        lowering_.tensors.push_back(std::move(tensor));
        addAlias(value, lowering_.input, {});
        lowering_.before = sliceBefore(value);
        return lowering_.input;
    }

    /// Fills in the geometry of a layer that reads `input`.
    std::optional<std::string> describe(const nn::Node& node, int input, LoweredLayer& made) const {
        const MapShape map = lowering_.tensors[at(input)].shape;
        const Place& place = placeOf(node.inputs[0]);
        const bool isMap = isNatural(place.order) && mapOf(graph_.value(node.inputs[0]).shape) == map;
        made.kernel = {map.height, map.width};
        made.stride = made.dilation = {1, 1};
        if (const auto* op = std::get_if<nn::Convolution>(&node.op)) {
            constants(node, made);
            const bool isFlat = !isMap && isFlatConvolution(node, *op);
            if (!isFlat) {
                made.kernel = op->kernel, made.stride = op->stride, made.dilation = op->dilation;
                made.padding = op->padding, made.groups = op->groups;
            } else {
                made.inputOrder = place.order;
                return {};
            }
        } else if (std::holds_alternative<nn::Linear>(node.op)) {
            constants(node, made);
            made.inputOrder = place.order;
            return {};
        } else if (const auto* pool = std::get_if<nn::Pool>(&node.op)) {
            made.kind = LoweredKind::Pool;
            made.pool = pool->kind;
            made.kernel = pool->kernel, made.stride = pool->stride, made.padding = pool->padding;
        } else if (const auto* global = std::get_if<nn::GlobalPool>(&node.op)) {
            made.kind = LoweredKind::Pool;
            made.pool = global->kind;
        } else if (std::holds_alternative<nn::ReduceMean>(node.op)) {
            made.kind = LoweredKind::Pool;
            made.pool = nn::PoolKind::Average;
        } else {
            made.kind = LoweredKind::Add;
            made.kernel = {1, 1};
            if (!isNatural(placeOf(node.inputs[1]).order) ||
                lowering_.tensors[at(placeOf(node.inputs[1]).tensor)].shape != map) {
                return "its inputs are laid out differently";
            }
        }
        return isMap ? std::nullopt
                     : std::optional<std::string>("its input is a reshaped or transposed feature map");
    }

    /// A 1x1 convolution on [1,N,1,1] that a flattened map was reshaped to is a fully connected layer.
    bool isFlatConvolution(const nn::Node& node, const nn::Convolution& op) const {
        const auto map = mapOf(graph_.value(node.inputs[0]).shape);
        return map && map->height == 1 && map->width == 1 && op.kernel == nn::Extent{1, 1} &&
               op.groups == 1 && op.padding == nn::Padding{};
    }

    static void constants(const nn::Node& node, LoweredLayer& made) {
        made.kind = LoweredKind::Convolution;
        made.weights = node.inputs[1];
        made.bias = node.inputs.size() > 2 ? node.inputs[2] : nn::kNoValue;
    }

    int addLayer(nn::NodeId id, LoweredLayer made, const std::vector<int>& inputs, const MapShape& shape) {
        const nn::Node& node = graph_.node(id);
        made.name = uniqueName(node);
        made.node = id;
        made.nodes = {id};
        made.inputs = inputs;
        made.output = static_cast<int>(lowering_.tensors.size());
        LoweredTensor tensor;
        tensor.name = graph_.value(node.outputs[0]).name;
        tensor.shape = shape;
        const bool isPool = made.kind == LoweredKind::Pool;
        const bool isSingleCell = std::holds_alternative<nn::Activation>(node.op);
        tensor.value = isSingleCell ? lowering_.tensors[at(inputs[0])].value : node.outputs[0];
        if (isSingleCell) {
            tensor.low = lowering_.tensors[at(inputs[0])].low;
            tensor.high = lowering_.tensors[at(inputs[0])].high;
        }
        const auto nonNegative = [this](int input) { return lowering_.tensors[at(input)].neverNegative; };
        tensor.neverNegative =
            (isPool || made.kind == LoweredKind::Add) && std::ranges::all_of(inputs, nonNegative);
        lowering_.tensors.push_back(std::move(tensor));
        lowering_.layers.push_back(std::move(made));
        const int output = lowering_.layers.back().output;
        if (!isSingleCell) {
            addAlias(node.outputs[0], output, {});
        }
        return output;
    }

    std::string uniqueName(const nn::Node& node) {
        std::string name = node.name.empty() ? node.sourceOperator : node.name;
        for (int i = 2; !names_.insert(name).second; ++i) {
            name = fmt::format("{}_{}", node.name, i);
        }
        return name;
    }

    /// The nodes that compute `targets`, stopping at `stop` and at the graph's inputs; nothing where a graph
    /// input is met and `mayReadInputs` is false.
    std::optional<std::vector<nn::NodeId>> slice(const std::vector<nn::ValueId>& targets, nn::ValueId stop,
                                                 bool mayReadInputs) const {
        const std::vector<nn::NodeId> producers = graph_.producers();
        std::set<nn::NodeId> nodes;
        std::vector<nn::ValueId> open = targets;
        while (!open.empty()) {
            const nn::ValueId value = open.back();
            open.pop_back();
            if (value == nn::kNoValue || value == stop || isConstant(graph_, value)) {
                continue;
            }
            const nn::NodeId producer = producers[at(value)];
            if (producer < 0 && !mayReadInputs) {
                return {};
            }
            if (producer >= 0 && nodes.insert(producer).second) {
                const auto& inputs = graph_.node(producer).inputs;
                open.insert(open.end(), inputs.begin(), inputs.end());
            }
        }
        return std::vector<nn::NodeId>(nodes.begin(), nodes.end());
    }

    nn::Graph sliceBefore(nn::ValueId entry) const {
        return subgraph(graph_, *slice({entry}, nn::kNoValue, true), graph_.inputs, {entry});
    }

    /// "; the host computes 'act' (Sigmoid): ..." for the first host operator behind the accelerator.
    std::string blockers() const {
        const auto place = std::ranges::find_if(places_, [](const Place& p) { return p.blocker >= 0; });
        if (place == places_.end()) {
            return {};
        }
        const nn::Node& node = graph_.node(place->blocker);
        return fmt::format("; the host computes '{}' ({}): {}", node.name, node.sourceOperator,
                           place->reason);
    }

    /// The accelerator's output: the one map from which the host can compute all that is left.
    void findOutput() {
        std::set<int> leaving;
        for (std::size_t value = 0; value < graph_.values.size(); ++value) {
            if (places_[value].where != Where::Map) {
                continue;
            }
            const bool read = std::ranges::any_of(consumers_[value], [this](nn::NodeId reader) {
                const auto& outputs = graph_.node(reader).outputs;
                return std::ranges::any_of(
                    outputs, [this](nn::ValueId out) { return placeOf(out).where == Where::After; });
            });
            if (read || leaves_.contains(static_cast<nn::ValueId>(value))) {
                leaving.insert(places_[value].tensor);
            }
        }
        if (leaving.size() != 1) {
            std::string names;
            for (const int tensor : leaving) {
                names += fmt::format("{}'{}'", names.empty() ? "" : ", ", lowering_.tensors[at(tensor)].name);
            }
            throw inputError("network '{}': {} values leave the accelerator ({}), exactly one may{}",
                             graph_.name, leaving.size(), names, blockers());
        }
        lowering_.output = *leaving.begin();
        const std::vector<nn::ValueId>& aliases = lowering_.tensors[at(lowering_.output)].aliases;
        for (auto alias = aliases.rbegin(); alias != aliases.rend(); ++alias) {
            const auto nodes = slice(graph_.outputs, *alias, false);
            if (nodes && isNatural(placeOf(*alias).order)) {
                lowering_.after = subgraph(graph_, *nodes, {*alias}, graph_.outputs);
                return;
            }
        }
        throw inputError("network '{}': an output is computed past the accelerator, from the network's input",
                         graph_.name);
    }

    const nn::Graph& graph_;
    std::vector<std::vector<nn::NodeId>> consumers_;
    std::vector<Place> places_;
    std::set<nn::ValueId> leaves_;
    std::set<std::string> names_;
    nn::ValueId entry_ = nn::kNoValue;
    Lowering lowering_;
};

} // namespace

Lowering lower(const nn::Graph& prepared) {
    return Lowerer(prepared).run();
}

} // namespace tandem::quant
