// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering/attempt.h"

#include "core/base/error.h"
#include "core/quant/lowering/host_parts.h"
#include "core/quant/lowering/places.h"
#include "core/quant/lowering/pointwise.h"
#include "core/quant/lowering/rules.h"

#include <algorithm>
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
        : graph_(graph), layers_(graph), lowering_(layers_.lowering()), places_(graph, layers_) {}

    Attempt run() {
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            place(static_cast<nn::NodeId>(i));
        }
        if (lowering_.layers.empty()) {
            throw inputError("network '{}' has nothing to accelerate: {}", graph_.name, firstReason());
        }
        made_.refusal = findOutput();
        if (!made_.refusal) {
            layers_.removeUnread();
            made_.lowering = std::move(lowering_);
        }
        return std::move(made_);
    }

  private:
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
            if (places_.of(input).where == Where::After) {
                blocked = &places_.of(input);
            }
            readsMap = readsMap || places_.of(input).isMap();
        }
        if (blocked != nullptr) {
            noteLayerBehind(node, *blocked);
            setAfter(node, Place{*blocked});
            return;
        }
        std::optional<std::string> reason = whyHost(graph_, node);
        if (!reason && node.onHost) {
            reason = "maps of unlike rows and columns would leave the accelerator otherwise";
        } else if (!reason) {
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
    void noteLayerBehind(const nn::Node& node, const Place& blocked) {
        const bool isWork =
            std::holds_alternative<nn::Convolution>(node.op) || std::holds_alternative<nn::Linear>(node.op);
        if (isWork && !node.onHost && !made_.between) {
            const nn::Node& host = graph_.node(blocked.blocker);
            made_.between = fmt::format("node '{}' ({}) stands between accelerator layers (before '{}') and "
                                        "cannot run on the accelerator: {}",
                                        host.name, host.sourceOperator, node.name, blocked.reason);
        }
    }

    void setAfter(const nn::Node& node, const Place& place) {
        for (const nn::ValueId output : node.outputs) {
            places_.set(output, place);
        }
    }

    /// Puts a mappable node on the accelerator (or, in front of it, leaves it to the host). The reason where
    /// its surroundings forbid it.
    std::optional<std::string> map(nn::NodeId id, bool readsMap) {
        const nn::Node& node = graph_.node(id);
        if (isMovement(node)) {
            if (readsMap) {
                places_.move(node);
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
        if (binary != nullptr && places_.joinsFunctions(node)) {
            places_.setFunction(node, places_.of(node.inputs[0]));
            return {};
        }
        const bool joins = std::holds_alternative<nn::Concat>(node.op) ||
                           (binary != nullptr && binary->kind != nn::BinaryKind::Add);
        if (joins && !readsMap) { // nothing of it is on the accelerator
            return {};
        }
        return layer(id);
    }

    /// A function of one element: a clamp that a layer takes up, or part of a table.
    void compute(nn::NodeId id) {
        const nn::Node& node = graph_.node(id);
        const std::size_t data = isConstant(graph_, node.inputs[0]) ? 1 : 0;
        const Place from = places_.of(node.inputs[data]);
        const auto* activation = std::get_if<nn::Activation>(&node.op);
        const bool isClamp = activation != nullptr && (activation->kind == nn::ActivationKind::Relu ||
                                                       activation->kind == nn::ActivationKind::Clip);
        if (!isClamp || !from.isPlainMap() || !foldClamp(id, *activation)) {
            places_.setFunction(node, from);
        }
    }

    static std::pair<double, double> rangeOf(const nn::Activation& op) {
        const bool isRelu = op.kind == nn::ActivationKind::Relu;
        return {isRelu ? 0.0 : double{op.low},
                isRelu ? std::numeric_limits<double>::infinity() : double{op.high}};
    }

    bool foldClamp(nn::NodeId id, const nn::Activation& op) {
        const nn::Node& node = graph_.node(id);
        const auto [low, high] = rangeOf(op);
        const Place from = places_.of(node.inputs[0]);
        const bool onlyStored = std::ranges::find(from.order, kFilled) == from.order.end();
        if (!layers_.foldClamp(id, from.tensor, low, high, onlyStored)) {
            return false;
        }
        places_.set(node.outputs[0], from);
        return true;
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
                if (const auto reason = places_.read(node, node.inputs[i], inputs[i])) {
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
        places_.setNatural(node.outputs[0], layers_.addLayer(id, std::move(made), inputs, std::move(output)));
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
        if (places_.of(value).where == Where::Before) {
            tensor = places_.enter(node, value);
        } else {
            places_.settleFunction(value);
            const Place& place = places_.of(value);
            const bool reorders =
                place.isPlainMap() &&
                isPermutation(place.order, lowering_.tensors[at(place.tensor)].shape.count());
            if (reorders) {
                made.inputOrder = place.order;
            } else if (!places_.settleOrder(value)) {
                return "its input is a reshaped or transposed feature map";
            }
            tensor = places_.of(value).tensor;
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
            made.kind = poolKind(pool->kind);
            made.kernel = pool->kernel, made.stride = pool->stride, made.padding = pool->padding;
        } else if (const auto* global = std::get_if<nn::GlobalPool>(&node.op)) {
            made.kind = poolKind(global->kind);
            made.kernel = {map.height, map.width};
        } else if (std::holds_alternative<nn::ReduceMean>(node.op)) {
            made.kind = LayerKind::AveragePool;
            made.kernel = {map.height, map.width};
        } else if (std::holds_alternative<nn::Concat>(node.op)) {
            made.kind = LayerKind::Concat;
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
            made.kind = LayerKind::Scale;
            return a.channels == b.channels && std::min(a.height * a.width, b.height * b.width) == 1
                       ? std::nullopt
                       : std::optional<std::string>("its inputs are not a map and a factor per channel");
        }
        made.kind = LayerKind::Add;
        return op.kind == nn::BinaryKind::Add && a == b
                   ? std::nullopt
                   : std::optional<std::string>("its inputs are laid out differently");
    }

    static LayerKind poolKind(nn::PoolKind kind) {
        return kind == nn::PoolKind::Maximum ? LayerKind::MaximumPool : LayerKind::AveragePool;
    }

    static void constants(const nn::Node& node, LoweredLayer& made) {
        made.kind = LayerKind::Convolution;
        made.weights = node.inputs[1];
        made.bias = node.inputs.size() > 2 ? node.inputs[2] : nn::kNoValue;
    }

    // The ends.

    /// "; the host computes 'act' (Softmax): ..." for the first host operator behind the accelerator.
    std::string blockers() const {
        const Place* place = places_.firstBlocked();
        if (place == nullptr) {
            return {};
        }
        const nn::Node& node = graph_.node(place->blocker);
        return fmt::format("; the host computes '{}' ({}): {}", node.name, node.sourceOperator,
                           place->reason);
    }

    /// Goes from the network's outputs up to maps: what is met on the way runs on the host. Why that cannot
    /// be, or nothing.
    std::optional<std::string> findOutput() {
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
            if (places_.of(value).where == Where::Before) {
                return fmt::format(
                    "network '{}': an output is computed past the accelerator, from the network's input",
                    graph_.name);
            }
            if (places_.isNaturalMap(value) ||
                (places_.of(value).isPlainMap() && places_.settleOrder(value))) {
                leaving.push_back(value);
                continue;
            }
            const nn::NodeId producer = places_.producerNode(value);
            if (host.insert(producer).second) {
                const auto& inputs = graph_.node(producer).inputs;
                open.insert(open.end(), inputs.rbegin(), inputs.rend());
            }
        }
        made_.behind.assign(host.begin(), host.end());
        for (const nn::NodeId node : made_.behind) {
            if (placeOf(node).where == Where::After) {
                (standsBehindAnother(node) ? made_.moved : made_.own).push_back(node);
            }
        }
        return setOutput(leaving);
    }

    const Place& placeOf(nn::NodeId node) const { return places_.of(graph_.node(node).outputs.at(0)); }

    bool standsBehindAnother(nn::NodeId node) const {
        const Place& place = placeOf(node);
        return place.where == Where::After && place.blocker != node;
    }

    std::optional<std::string> setOutput(const std::vector<nn::ValueId>& leaving) {
        std::vector<int> tensors;
        for (const nn::ValueId value : leaving) {
            if (std::ranges::find(tensors, places_.of(value).tensor) == tensors.end()) {
                tensors.push_back(places_.of(value).tensor);
            }
        }
        if (tensors.size() > 1 && !canJoin(tensors)) {
            return unlikeText(tensors);
        }
        lowering_.output = tensors.size() > 1 ? joinOutputs(tensors) : tensors.at(0);
        std::vector<LeavingValue> parts;
        for (const nn::ValueId value : leaving) {
            const auto part = std::ranges::find(tensors, places_.of(value).tensor) - tensors.begin();
            parts.push_back({value, static_cast<int>(part)});
        }
        std::vector<MapShape> shapes;
        for (const int tensor : tensors) {
            shapes.push_back(lowering_.tensors[at(tensor)].shape);
        }
        lowering_.after = hostPartAfter(graph_, made_.behind, parts, shapes);
        lowering_.hostNodes.insert(lowering_.hostNodes.end(), made_.behind.begin(), made_.behind.end());
        std::ranges::sort(lowering_.hostNodes);
        noteTail();
        return {};
    }

    /// Several maps can leave as one where they are computed ones of the same rows and columns.
    bool canJoin(const std::vector<int>& tensors) const {
        const MapShape& first = lowering_.tensors[at(tensors[0])].shape;
        return std::ranges::all_of(tensors, [&](int tensor) {
            const MapShape& shape = lowering_.tensors[at(tensor)].shape;
            return shape.height == first.height && shape.width == first.width && tensor != lowering_.input;
        });
    }

    std::string unlikeText(const std::vector<int>& tensors) const {
        std::string names;
        for (const int tensor : tensors) {
            names += fmt::format("{}'{}'", names.empty() ? "" : ", ", lowering_.tensors[at(tensor)].name);
        }
        return fmt::format("network '{}': {} values leave the accelerator ({}); one may, or several "
                           "computed maps of the same rows and columns{}",
                           graph_.name, tensors.size(), names, blockers());
    }

    int joinOutputs(const std::vector<int>& tensors) {
        LoweredLayer join;
        join.kind = LayerKind::Concat;
        join.kernel = join.stride = join.dilation = {1, 1};
        LoweredTensor made;
        made.shape = lowering_.tensors[at(tensors[0])].shape;
        made.shape.channels = 0;
        for (const int tensor : tensors) {
            made.shape.channels += lowering_.tensors[at(tensor)].shape.channels;
        }
        return layers_.addLayer(-1, std::move(join), tensors, std::move(made));
    }

    /// Why every node behind the accelerator is there, if layers are among them that were moved.
    void noteTail() {
        const auto& behind = made_.behind;
        if (std::ranges::none_of(behind, [this](nn::NodeId node) { return graph_.node(node).onHost; })) {
            return;
        }
        for (const nn::NodeId id : behind) {
            std::string& reason = lowering_.tail[id];
            if (standsBehindAnother(id)) {
                const nn::Node& blocker = graph_.node(placeOf(id).blocker);
                reason = fmt::format("it stands behind '{}' ({}), which runs on the host", blocker.name,
                                     blocker.sourceOperator);
            } else {
                reason = placeOf(id).where == Where::After ? placeOf(id).reason
                                                           : "it stands at an end of the network";
            }
        }
    }

    const nn::Graph& graph_;
    LayerList layers_;
    Lowering& lowering_;
    Places places_;
    Attempt made_;
};

} // namespace

Attempt attemptToLower(const nn::Graph& graph) {
    return Lowerer(graph).run();
}

} // namespace tandem::quant
