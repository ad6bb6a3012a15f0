// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering.h"

#include "core/base/error.h"
#include "core/quant/host_parts.h"
#include "core/quant/lowering_rules.h"
#include "core/quant/movement.h"
#include "core/quant/pointwise.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
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
        removeUnread();
        return std::move(lowering_);
    }

  private:
    enum class Where { Before, Map, After };
    /// Where a value is computed. Map: its elements are those of the tensor in this order, or with `function`
    /// what that value makes of them.
    struct Place {
        Where where = Where::Before;
        int tensor = -1;
        Order order;
        nn::ValueId function = nn::kNoValue;
        nn::NodeId blocker = -1; ///< After: the first host operator on the way
        std::string reason;      ///< why that is one

        bool isMap() const { return where == Where::Map; }
        bool isPlainMap() const { return isMap() && function == nn::kNoValue; }
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
            readsMap = readsMap || placeOf(input).isMap();
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
            Place after;
            after.where = Where::After;
            after.blocker = id;
            after.reason = *reason;
            setAfter(node, after);
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
        if (isMovement(node)) {
            if (readsMap) {
                move(node);
            }
            return {};
        }
        if (isPointwise(graph_, node)) {
            if (readsMap) {
                compute(id);
            }
            return {};
        }
        const auto* binary = std::get_if<nn::Binary>(&node.op);
        if (binary != nullptr && joinsFunctions(node)) {
            setFunction(node, placeOf(node.inputs[0]));
            return {};
        }
        const bool joins = std::holds_alternative<nn::Concat>(node.op) ||
                           (binary != nullptr && binary->kind != nn::BinaryKind::Add);
        if (joins && !readsMap) { // nothing of it is on the accelerator
            return {};
        }
        return layer(id);
    }

    void move(const nn::Node& node) {
        const Place from = placeOf(node.inputs[0]);
        std::vector<Order> orders = movedOrders(graph_, node, from.order);
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            Place moved = from;
            moved.order = std::move(orders[i]);
            setMap(node.outputs[i], std::move(moved));
        }
        if (node.outputs.size() > 1) {
            shared_.insert(from.tensor);
        }
    }

    void setMap(nn::ValueId value, Place place) {
        if (place.isPlainMap()) {
            lowering_.tensors[at(place.tensor)].aliases.push_back(value);
            everAliases_[place.tensor].push_back(value);
        }
        places_[at(value)] = std::move(place);
    }

    void setNatural(nn::ValueId value, int tensor) {
        Place place;
        place.where = Where::Map;
        place.tensor = tensor;
        setMap(value, std::move(place));
    }

    /// A function of one element: a clamp that a layer takes up, or part of a table.
    void compute(nn::NodeId id) {
        const nn::Node& node = graph_.node(id);
        const std::size_t data = isConstant(graph_, node.inputs[0]) ? 1 : 0;
        const Place from = placeOf(node.inputs[data]);
        const auto* activation = std::get_if<nn::Activation>(&node.op);
        const bool isClamp = activation != nullptr && (activation->kind == nn::ActivationKind::Relu ||
                                                       activation->kind == nn::ActivationKind::Clip);
        if (isClamp && from.isPlainMap() && from.order.empty()) {
            activate(id, *activation);
        } else if (!isClamp || !from.isPlainMap() || !foldClamp(id, *activation)) {
            setFunction(node, from);
        }
    }

    void setFunction(const nn::Node& node, Place from) {
        from.function = node.outputs[0];
        setMap(node.outputs[0], std::move(from));
    }

    /// Whether both inputs are functions of the same elements (and at least one more than the elements).
    bool joinsFunctions(const nn::Node& node) const {
        if (isConstant(graph_, node.inputs[0]) || isConstant(graph_, node.inputs[1])) {
            return false;
        }
        const Place &a = placeOf(node.inputs[0]), &b = placeOf(node.inputs[1]);
        const bool isSum = std::get<nn::Binary>(node.op).kind == nn::BinaryKind::Add;
        const bool isPlain = a.isPlainMap() && b.isPlainMap();
        return a.isMap() && b.isMap() && a.tensor == b.tensor && a.order == b.order && !(isSum && isPlain) &&
               graph_.value(node.inputs[0]).shape == graph_.value(node.inputs[1]).shape;
    }

    /// Whether nothing but one chain of nodes sees this map.
    bool isPrivate(int tensor) const {
        return !shared_.contains(tensor) &&
               std::ranges::all_of(everAliases_.at(tensor), [this](nn::ValueId value) {
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
    int folder(int tensor, bool keepsZero) const {
        const int producer = producerOf(tensor);
        if (producer < 0 || !isPrivate(tensor)) {
            return -1;
        }
        const LoweredLayer& made = lowering_.layers[at(producer)];
        if (made.kind == LoweredKind::Concat || (made.kind == LoweredKind::Expand && !keepsZero)) {
            return -1;
        }
        return made.keepsFormat() ? folder(made.inputs[0], keepsZero) : producer;
    }

    static std::pair<double, double> rangeOf(const nn::Activation& op) {
        const bool isRelu = op.kind == nn::ActivationKind::Relu;
        return {isRelu ? 0.0 : double{op.low},
                isRelu ? std::numeric_limits<double>::infinity() : double{op.high}};
    }

    bool foldClamp(nn::NodeId id, const nn::Activation& op) {
        const nn::Node& node = graph_.node(id);
        const auto [low, high] = rangeOf(op);
        const Place from = placeOf(node.inputs[0]);
        const int by = folder(from.tensor, low <= 0 && high >= 0);
        const bool fills = std::ranges::find(from.order, kFilled) != from.order.end();
        if (by < 0 || (fills && !(low <= 0 && high >= 0))) {
            return false;
        }
        lowering_.layers[at(by)].nodes.push_back(id);
        clamp(from.tensor, low, high);
        for (int below = from.tensor; below != lowering_.layers[at(by)].output;) {
            below = lowering_.layers[at(producerOf(below))].inputs[0];
            clamp(below, low, high);
        }
        setMap(node.outputs[0], from);
        return true;
    }

    void activate(nn::NodeId id, const nn::Activation& op) {
        if (foldClamp(id, op)) {
            return;
        }
        const nn::Node& node = graph_.node(id);
        const Place from = placeOf(node.inputs[0]);
        const LoweredTensor& read = lowering_.tensors[at(from.tensor)];
        LoweredLayer cell;
        cell.kind = LoweredKind::Pool;
        cell.pool = nn::PoolKind::Average;
        cell.kernel = cell.stride = cell.dilation = {1, 1};
        LoweredTensor made;
        made.shape = read.shape;
        made.value = read.value;
        made.low = read.low;
        made.high = read.high;
        const int tensor = addLayer(id, std::move(cell), {from.tensor}, std::move(made));
        const auto [low, high] = rangeOf(op);
        clamp(tensor, low, high);
        setNatural(node.outputs[0], tensor);
    }

    void clamp(int tensor, double low, double high) {
        LoweredTensor& clamped = lowering_.tensors[at(tensor)];
        clamped.low = std::clamp(clamped.low, low, high);
        clamped.high = std::clamp(clamped.high, low, high);
        clamped.neverNegative = clamped.neverNegative || low >= 0;
    }

    // Reading: what is still a table or a movement to do becomes layers.

    /// The tensor whose natural order holds the value as a map of its shape, or the reason why there is none.
    /// A value from outside becomes the accelerator's input.
    std::optional<std::string> read(const nn::Node& node, nn::ValueId value, int& tensor) {
        if (placeOf(value).where == Where::Before) {
            tensor = enter(node, value);
            return {};
        }
        settleFunction(value);
        if (!settleOrder(value)) {
            return "its input is a reshaped or transposed feature map";
        }
        tensor = placeOf(value).tensor;
        return {};
    }

    /// Makes the table that a value needs, if it needs one.
    void settleFunction(nn::ValueId value) {
        const Place place = placeOf(value);
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
        const bool natural = placeOf(function).order.empty();
        const int table = known != tables_.end() ? known->second
                                                 : addTable(function, place.tensor,
                                                            natural ? function : nn::kNoValue, place.tensor);
        tables_[function] = table;
        Place settled = place;
        settled.tensor = table;
        settled.function = nn::kNoValue;
        setMap(value, std::move(settled));
    }

    /// The table of `function`, which is one of the elements of `root`, applied to `input` (root, or root
    /// with its elements moved).
    int addTable(nn::ValueId function, int input, nn::ValueId content, int root) {
        const nn::NodeId id = producerNode(function);
        LoweredLayer layer;
        layer.kind = LoweredKind::Table;
        layer.kernel = layer.stride = layer.dilation = {1, 1};
        layer.function = function;
        layer.sources = everAliases_.at(root);
        LoweredTensor made;
        made.shape = lowering_.tensors[at(input)].shape;
        made.value = content;
        made.neverNegative = isNeverNegative(graph_.node(id));
        const int table = addLayer(id, std::move(layer), {input}, std::move(made));
        for (std::size_t value = 0; value < places_.size(); ++value) {
            if (places_[value].function == function) { // they may come to read this table too
                everAliases_[table].push_back(static_cast<nn::ValueId>(value));
            }
        }
        return table;
    }

    nn::NodeId producerNode(nn::ValueId value) const {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            if (std::ranges::find(graph_.nodes[i].outputs, value) != graph_.nodes[i].outputs.end()) {
                return static_cast<nn::NodeId>(i);
            }
        }
        return -1;
    }

    std::optional<std::vector<MovementStep>> stepsOf(nn::ValueId value) const {
        const auto shape = mapOf(graph_.value(value).shape);
        const Place& place = placeOf(value);
        return shape ? movementSteps(place.order, lowering_.tensors[at(place.tensor)].shape, *shape)
                     : std::nullopt;
    }

    /// Makes the layers that bring a value into its natural order; false where none can.
    bool settleOrder(nn::ValueId value) {
        const auto steps = placeOf(value).isPlainMap() ? stepsOf(value) : std::nullopt;
        if (!steps) {
            return false;
        }
        if (!steps->empty()) {
            const int from = placeOf(value).tensor;
            std::erase(lowering_.tensors[at(from)].aliases, value);
            setNatural(value, addSteps(value, *steps, value));
        }
        return true;
    }

    int addSteps(nn::ValueId value, const std::vector<MovementStep>& steps, nn::ValueId content) {
        int tensor = placeOf(value).tensor;
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
            tensor = addLayer(producerNode(value), std::move(layer), {tensor}, std::move(made));
        }
        return tensor;
    }

    int enter(const nn::Node& node, nn::ValueId value) {
        if (entry_ != nn::kNoValue) {
            throw inputError("node '{}' ({}) reads '{}', but '{}' already enters the accelerator: only one "
                             "value may",
                             node.name, node.sourceOperator, graph_.value(value).name,
                             graph_.value(entry_).name);
        }
        entry_ = value;
        LoweredTensor tensor;
        tensor.name = uniqueTensorName(graph_.value(value).name);
        tensor.shape = *mapOf(graph_.value(value).shape);
        tensor.value = value;
        lowering_.input = static_cast<int>(lowering_.tensors.size());
        lowering_.tensors.push_back(std::move(tensor));
        setNatural(value, lowering_.input);
        lowering_.hostNodes = nodesBefore(graph_, value);
        lowering_.before = subgraph(graph_, lowering_.hostNodes, graph_.inputs, {value});
        return lowering_.input;
    }

    // Layers.

    std::optional<std::string> layer(nn::NodeId id) {
        const nn::Node& node = graph_.node(id);
        LoweredLayer made;
        made.stride = made.dilation = {1, 1};
        made.kernel = {1, 1};
        std::vector<int> inputs;
        if (readsFlat(node)) {
            if (const auto reason = readFlat(node, made, inputs)) {
                return reason;
            }
        } else {
            const bool readsAll =
                std::holds_alternative<nn::Binary>(node.op) || std::holds_alternative<nn::Concat>(node.op);
            inputs.resize(readsAll ? node.inputs.size() : 1);
            for (std::size_t i = 0; i < inputs.size(); ++i) {
                if (const auto reason = read(node, node.inputs[i], inputs[i])) {
                    return reason;
                }
            }
            if (const auto reason = describe(node, inputs, made)) {
                return reason;
            }
        }
        LoweredTensor output;
        output.shape = *mapOf(graph_.value(node.outputs[0]).shape);
        output.value = node.outputs[0];
        setNatural(node.outputs[0], addLayer(id, std::move(made), inputs, std::move(output)));
        return {};
    }

    /// Fully connected, or a 1x1 convolution on [1,N,1,1] that a flattened map was reshaped to.
    bool readsFlat(const nn::Node& node) const {
        if (std::holds_alternative<nn::Linear>(node.op)) {
            return true;
        }
        const auto* op = std::get_if<nn::Convolution>(&node.op);
        const auto map = mapOf(graph_.value(node.inputs[0]).shape);
        return op != nullptr && map && map->height == 1 && map->width == 1 &&
               op->kernel == nn::Extent{1, 1} && op->groups == 1 && op->padding == nn::Padding{};
    }

    std::optional<std::string> readFlat(const nn::Node& node, LoweredLayer& made, std::vector<int>& inputs) {
        const nn::ValueId value = node.inputs[0];
        int tensor = -1;
        if (placeOf(value).where == Where::Before) {
            tensor = enter(node, value);
        } else {
            settleFunction(value);
            const Place& place = placeOf(value);
            const bool reorders =
                place.isPlainMap() &&
                isPermutation(place.order, lowering_.tensors[at(place.tensor)].shape.count());
            if (reorders) {
                made.inputOrder = place.order;
            } else if (!settleOrder(value)) {
                return "its input is a reshaped or transposed feature map";
            }
            tensor = placeOf(value).tensor;
        }
        const MapShape& map = lowering_.tensors[at(tensor)].shape;
        made.kernel = {map.height, map.width};
        inputs = {tensor};
        constants(node, made);
        return {};
    }

    /// Fills in the kind and geometry of a layer that reads `inputs`.
    std::optional<std::string> describe(const nn::Node& node, const std::vector<int>& inputs,
                                        LoweredLayer& made) const {
        const MapShape map = lowering_.tensors[at(inputs[0])].shape;
        if (const auto* op = std::get_if<nn::Convolution>(&node.op)) {
            constants(node, made);
            made.kernel = op->kernel, made.stride = op->stride, made.dilation = op->dilation;
            made.padding = op->padding, made.groups = op->groups;
        } else if (const auto* pool = std::get_if<nn::Pool>(&node.op)) {
            made.kind = LoweredKind::Pool;
            made.pool = pool->kind;
            made.kernel = pool->kernel, made.stride = pool->stride, made.padding = pool->padding;
        } else if (const auto* global = std::get_if<nn::GlobalPool>(&node.op)) {
            made.kind = LoweredKind::Pool;
            made.pool = global->kind;
            made.kernel = {map.height, map.width};
        } else if (std::holds_alternative<nn::ReduceMean>(node.op)) {
            made.kind = LoweredKind::Pool;
            made.pool = nn::PoolKind::Average;
            made.kernel = {map.height, map.width};
        } else if (std::holds_alternative<nn::Concat>(node.op)) {
            made.kind = LoweredKind::Concat;
        } else {
            return describeBinary(std::get<nn::Binary>(node.op), inputs, made);
        }
        return {};
    }

    std::optional<std::string> describeBinary(const nn::Binary& op, const std::vector<int>& inputs,
                                              LoweredLayer& made) const {
        const MapShape &a = lowering_.tensors[at(inputs[0])].shape,
                       &b = lowering_.tensors[at(inputs[1])].shape;
        if (op.kind == nn::BinaryKind::Multiply) {
            made.kind = LoweredKind::Scale;
            return a.channels == b.channels && std::min(a.height * a.width, b.height * b.width) == 1
                       ? std::nullopt
                       : std::optional<std::string>("its inputs are not a map and a factor per channel");
        }
        made.kind = LoweredKind::Add;
        return op.kind == nn::BinaryKind::Add && a == b
                   ? std::nullopt
                   : std::optional<std::string>("its inputs are laid out differently");
    }

    static void constants(const nn::Node& node, LoweredLayer& made) {
        made.kind = LoweredKind::Convolution;
        made.weights = node.inputs[1];
        made.bias = node.inputs.size() > 2 ? node.inputs[2] : nn::kNoValue;
    }

    int addLayer(nn::NodeId id, LoweredLayer made, std::vector<int> inputs, LoweredTensor tensor) {
        if (made.kind == LoweredKind::Scale) { // the factors second
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
        const bool keepsSign = made.kind != LoweredKind::Convolution && made.kind != LoweredKind::Table;
        tensor.neverNegative =
            tensor.neverNegative || (keepsSign && std::ranges::all_of(inputs, nonNegative));
        made.inputs = std::move(inputs);
        everAliases_[made.output];
        lowering_.tensors.push_back(std::move(tensor));
        lowering_.layers.push_back(std::move(made));
        return lowering_.layers.back().output;
    }

    std::string uniqueName(nn::NodeId id) {
        const std::string given = id < 0                         ? "outputs"
                                  : graph_.node(id).name.empty() ? graph_.node(id).sourceOperator
                                                                 : graph_.node(id).name;
        return unique(given, names_);
    }
    std::string uniqueTensorName(const std::string& given) { return unique(given, tensorNames_); }

    static std::string unique(const std::string& given, std::set<std::string>& taken) {
        std::string name = given;
        for (int i = 2; !taken.insert(name).second; ++i) {
            name = fmt::format("{}_{}", given, i);
        }
        return name;
    }

    // The ends.

    /// "; the host computes 'act' (Softmax): ..." for the first host operator behind the accelerator.
    std::string blockers() const {
        const auto place = std::ranges::find_if(places_, [](const Place& p) { return p.blocker >= 0; });
        if (place == places_.end()) {
            return {};
        }
        const nn::Node& node = graph_.node(place->blocker);
        return fmt::format("; the host computes '{}' ({}): {}", node.name, node.sourceOperator,
                           place->reason);
    }

    /// Goes from the network's outputs up to maps: what is met on the way runs on the host.
    void findOutput() {
        std::set<nn::NodeId> host;
        std::vector<nn::ValueId> leaving;
        std::vector<nn::ValueId> open(graph_.outputs.rbegin(), graph_.outputs.rend());
        while (!open.empty()) {
            const nn::ValueId value = open.back();
            open.pop_back();
            if (value == nn::kNoValue || isConstant(graph_, value) ||
                std::ranges::find(leaving, value) != leaving.end()) {
                continue;
            }
            if (placeOf(value).where == Where::Before) {
                throw inputError(
                    "network '{}': an output is computed past the accelerator, from the network's input",
                    graph_.name);
            }
            if (isNaturalMap(value) || (placeOf(value).isPlainMap() && settleOrder(value))) {
                leaving.push_back(value);
                continue;
            }
            const nn::NodeId producer = producerNode(value);
            if (host.insert(producer).second) {
                const auto& inputs = graph_.node(producer).inputs;
                open.insert(open.end(), inputs.rbegin(), inputs.rend());
            }
        }
        setOutput({host.begin(), host.end()}, leaving);
    }

    /// Natural order, whatever the shape that the value has.
    bool isNaturalMap(nn::ValueId value) const {
        return placeOf(value).isPlainMap() && placeOf(value).order.empty();
    }

    void setOutput(const std::vector<nn::NodeId>& host, const std::vector<nn::ValueId>& leaving) {
        std::vector<int> tensors;
        for (const nn::ValueId value : leaving) {
            if (std::ranges::find(tensors, placeOf(value).tensor) == tensors.end()) {
                tensors.push_back(placeOf(value).tensor);
            }
        }
        lowering_.output = tensors.at(0);
        if (tensors.size() > 1) {
            joinOutputs(tensors);
        }
        std::vector<LeavingValue> parts;
        for (const nn::ValueId value : leaving) {
            const auto part = std::ranges::find(tensors, placeOf(value).tensor) - tensors.begin();
            parts.push_back({value, static_cast<int>(part)});
        }
        std::vector<MapShape> shapes;
        for (const int tensor : tensors) {
            shapes.push_back(lowering_.tensors[at(tensor)].shape);
        }
        lowering_.after = hostPartAfter(graph_, host, parts, shapes);
        lowering_.hostNodes.insert(lowering_.hostNodes.end(), host.begin(), host.end());
        std::ranges::sort(lowering_.hostNodes);
    }

    /// Several maps leave as one.
    void joinOutputs(const std::vector<int>& tensors) {
        std::string names;
        MapShape all = lowering_.tensors[at(tensors[0])].shape;
        all.channels = 0;
        bool fits = true;
        for (const int tensor : tensors) {
            const LoweredTensor& part = lowering_.tensors[at(tensor)];
            names += fmt::format("{}'{}'", names.empty() ? "" : ", ", part.name);
            all.channels += part.shape.channels;
            fits = fits && part.shape.height == all.height && part.shape.width == all.width &&
                   tensor != lowering_.input;
        }
        if (!fits) {
            throw inputError("network '{}': {} values leave the accelerator ({}); one may, or several "
                             "computed maps of the same rows and columns{}",
                             graph_.name, tensors.size(), names, blockers());
        }
        LoweredLayer join;
        join.kind = LoweredKind::Concat;
        join.kernel = join.stride = join.dilation = {1, 1};
        LoweredTensor made;
        made.shape = all;
        lowering_.output = addLayer(-1, std::move(join), tensors, std::move(made));
    }

    /// Layers that nothing reads go (the makings of a layer that the host then had to take), and what stands
    /// behind the output moves in front of it.
    void removeUnread() {
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

    const nn::Graph& graph_;
    std::vector<std::vector<nn::NodeId>> consumers_;
    std::vector<Place> places_;
    std::set<nn::ValueId> leaves_;
    std::set<std::string> names_, tensorNames_;
    std::set<int> shared_;                                ///< tensors that a node takes apart
    std::map<int, std::vector<nn::ValueId>> everAliases_; ///< per tensor, also those that moved on
    std::map<nn::ValueId, int> tables_;                   ///< the table's output per function
    nn::ValueId entry_ = nn::kNoValue;
    Lowering lowering_;
};

} // namespace

Lowering lower(const nn::Graph& prepared) {
    return Lowerer(prepared).run();
}

std::vector<std::optional<std::string>> hostReasons(const nn::Graph& prepared) {
    std::vector<std::optional<std::string>> reasons;
    for (const nn::Node& node : prepared.nodes) {
        reasons.push_back(whyHost(prepared, node));
    }
    try {
        const Lowering lowering = lower(prepared);
        for (std::size_t node = 0; node < reasons.size(); ++node) {
            const bool isHost = std::ranges::binary_search(lowering.hostNodes, static_cast<nn::NodeId>(node));
            if (!isHost) {
                reasons[node].reset();
            } else if (!reasons[node]) {
                reasons[node] = "it stands at an end of the network";
            }
        }
    } catch (const Error&) { // the nodes' own reasons are all that can be said
    }
    return reasons;
}

} // namespace tandem::quant
