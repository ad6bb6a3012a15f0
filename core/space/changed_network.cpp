// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/changed_network.h"

#include "core/base/error.h"
#include "core/space/weights_view.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace tandem::space {

namespace {

/// Keeps the entries of per-channel quantization that belong to kept channels.
void keepEntries(std::optional<nn::Quantization>& quantization, const std::vector<int>& outputs,
                 const std::vector<int>& inputs) {
    if (!quantization) {
        return;
    }
    const std::vector<int>& kept = quantization->axis == 0 ? outputs : inputs;
    const auto keep = [&](auto& entries) {
        if (entries.size() <= 1) {
            return;
        }
        auto all = std::move(entries);
        entries.clear();
        for (const int channel : kept) {
            entries.push_back(all.at(at(channel)));
        }
    };
    keep(quantization->scales);
    keep(quantization->zeroPoints);
}

class NetworkChanger {
  public:
    NetworkChanger(const nn::Graph& graph, const quant::Lowering& lowering, const Plan& plan,
                   const Resolution& resolution)
        : imported_(graph),
          lowering_(lowering),
          plan_(plan),
          resolution_(resolution),
          graph_(graph),
          replaced_(graph.values.size()) {
        std::iota(replaced_.begin(), replaced_.end(), 0);
    }

    nn::Graph run() {
        for (std::size_t i = 0; i < plan_.skips.size(); ++i) {
            if (resolution_.skipped[i] != 0) {
                leaveOut(plan_.skips[i]);
            }
        }
        for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
            const bool isConvolution = lowering_.layers[i].kind == quant::LayerKind::Convolution;
            if (isConvolution && resolution_.layers[i].present) {
                changeConvolution(static_cast<int>(i));
            }
        }
        for (nn::Node& node : graph_.nodes) {
            std::ranges::transform(node.inputs, node.inputs.begin(),
                                   [this](int value) { return settled(value); });
        }
        std::ranges::transform(graph_.outputs, graph_.outputs.begin(),
                               [this](int value) { return settled(value); });
        settleShapes();
        return livePart();
    }

  private:
    nn::ValueId settled(nn::ValueId value) const {
        while (value != nn::kNoValue && replaced_[at(value)] != value) {
            value = replaced_[at(value)];
        }
        return value;
    }

    /// What reads the node's output reads `value` instead.
    void bypass(nn::NodeId node, nn::ValueId value) {
        replaced_[at(imported_.node(node).outputs[0])] = value;
    }

    void leaveOut(const Skip& skip) {
        const quant::LoweredLayer& entry = lowering_.layers[at(skip.entry)];
        const quant::LoweredLayer& exit = lowering_.layers[at(skip.exit)];
        bypass(exit.node, imported_.node(entry.node).inputs[at(skip.fromInput)]);
        for (const nn::NodeId node : exit.nodes) {
            if (node != exit.node && !skip.keepsActivation) {
                bypass(node, imported_.node(node).inputs[0]);
            }
        }
    }

    const std::vector<int>& kept(int tensor) const {
        const Resolution::Tensor& resolved = resolution_.tensors[at(tensor)];
        return plan_.groups[at(resolved.group)].kept[at(resolved.choice)];
    }

    /// Channels of the input that a weight's second axis counts: all that stay, or one for a depth-wise
    /// filter, or a group's.
    std::vector<int> keptInputs(const PlannedLayer& layer, const WeightsView& weights) const {
        if (layer.groups == 1) {
            return kept(layer.inputs[0]);
        }
        std::vector<int> all(at(weights.inputs()));
        std::iota(all.begin(), all.end(), 0);
        return all;
    }

    void changeConvolution(int index) {
        const quant::LoweredLayer& lowered = lowering_.layers[at(index)];
        const PlannedLayer& planned = plan_.layers[at(index)];
        const WeightsView weights(imported_, lowering_, lowered);
        const std::vector<int>& outputs = kept(planned.output);
        const std::vector<int> inputs = keptInputs(planned, weights);
        const nn::Extent kernel = planned.kernels[at(resolution_.layers[at(index)].kernel)];
        if (outputs.size() == at(weights.outputs()) && inputs.size() == at(weights.inputs()) &&
            kernel == planned.kernels.back()) {
            return;
        }
        nn::Node& node = graph_.nodes[at(lowered.node)];
        auto* convolution = std::get_if<nn::Convolution>(&node.op);
        nn::Shape shape{static_cast<std::int64_t>(outputs.size()), 0};
        if (convolution != nullptr && lowered.inputOrder.empty() &&
            imported_.value(lowered.weights).shape.size() == 4 && convolution->kernel == lowered.kernel) {
            shape = {shape[0], static_cast<std::int64_t>(inputs.size()), kernel.height, kernel.width};
            convolution->kernel = kernel;
            convolution->padding = planned.paddings[at(resolution_.layers[at(index)].kernel)];
            if (planned.groups > 1 && planned.kind == hw::LayerKind::DepthwiseConvolution) {
                convolution->groups = static_cast<int>(outputs.size());
            }
        } else { // fully connected: the columns of the channels that stay, in the order that they have
            const std::int64_t columns = static_cast<std::int64_t>(inputs.size()) * weights.taps();
            shape =
                convolution != nullptr ? nn::Shape{shape[0], columns, 1, 1} : nn::Shape{shape[0], columns};
        }
        std::vector<float> values = cut(weights, outputs, inputs, lowered.kernel, kernel);
        replaceConstant(node, 1, lowered.weights, std::move(shape), std::move(values), outputs, inputs);
        if (lowered.bias != nn::kNoValue) {
            const std::vector<float>& bias = imported_.value(lowered.bias).constant->floats();
            std::vector<float> keptBias;
            for (const int output : outputs) {
                keptBias.push_back(bias.at(at(output)));
            }
            nn::Shape biasShape{static_cast<std::int64_t>(keptBias.size())};
            replaceConstant(node, 2, lowered.bias, std::move(biasShape), std::move(keptBias), outputs,
                            outputs);
        }
    }

    /// The weights that stay, in the order in which the graph's constant holds them.
    static std::vector<float> cut(const WeightsView& weights, const std::vector<int>& outputs,
                                  const std::vector<int>& inputs, nn::Extent from, nn::Extent to) {
        const int top = (from.height - to.height) / 2, left = (from.width - to.width) / 2;
        std::vector<std::pair<std::size_t, float>> placed;
        placed.reserve(outputs.size() * inputs.size() * at(to.height * to.width));
        for (const int output : outputs) {
            for (const int input : inputs) {
                for (int row = 0; row < to.height; ++row) {
                    for (int column = 0; column < to.width; ++column) {
                        const int tap = (row + top) * from.width + column + left;
                        placed.emplace_back(weights.place(output, input, tap),
                                            weights.at(output, input, tap));
                    }
                }
            }
        }
        if (constexpr auto place = &std::pair<std::size_t, float>::first;
            !std::ranges::is_sorted(placed, {}, place)) { // only a Linear's columns may be reordered
            std::ranges::sort(placed, {}, place);
        }
        std::vector<float> values;
        values.reserve(placed.size());
        std::ranges::transform(placed, std::back_inserter(values), &std::pair<std::size_t, float>::second);
        return values;
    }

    void replaceConstant(nn::Node& node, std::size_t input, nn::ValueId old, nn::Shape shape,
                         std::vector<float> values, const std::vector<int>& outputs,
                         const std::vector<int>& inputs) {
        nn::Value value = imported_.value(old);
        value.shape = shape;
        value.constant = nn::Tensor::ofFloats(std::move(shape), std::move(values));
        keepEntries(value.quantization, outputs, inputs);
        node.inputs[input] = graph_.addValue(std::move(value));
        replaced_.push_back(node.inputs[input]);
    }

    // Shapes: only channel counts change, and they flow from node to node.

    void settleShapes() {
        std::set<nn::NodeId> convolutions;
        for (const quant::LoweredLayer& layer : lowering_.layers) {
            if (layer.kind == quant::LayerKind::Convolution) {
                convolutions.insert(layer.node);
            }
        }
        for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
            const nn::Node& node = graph_.nodes[i];
            if (node.inputs.empty() || node.inputs[0] == nn::kNoValue) {
                continue;
            }
            nn::Shape& shape = graph_.value(node.outputs[0]).shape;
            const nn::Shape before = importedInputShape(static_cast<nn::NodeId>(i));
            const nn::Shape& after = graph_.value(node.inputs[0]).shape;
            if (convolutions.contains(static_cast<nn::NodeId>(i))) {
                shape[1] = graph_.value(node.inputs[1]).shape[0];
            } else if (before != after) {
                shape = follow(node, before, after, imported_.value(node.outputs[0]).shape);
            }
        }
    }

    const nn::Shape& importedInputShape(nn::NodeId node) const {
        return imported_.value(imported_.node(node).inputs[0]).shape;
    }

    static nn::Shape follow(const nn::Node& node, const nn::Shape& before, const nn::Shape& after,
                            nn::Shape shape) {
        if (const auto* transpose = std::get_if<nn::Transpose>(&node.op)) {
            for (std::size_t axis = 0; axis < shape.size(); ++axis) {
                shape[axis] = after[at(transpose->permutation[axis])];
            }
        } else if (std::holds_alternative<nn::Reshape>(node.op)) {
            scaleChangedAxis(before, after, shape);
        } else if (before == shape) { // element by element, perhaps with a second, smaller input
            shape = after;
        } else { // pools, means, resizes, and a factor per channel in front of its map keep the channel axis
            shape[1] = after[1];
        }
        return shape;
    }

    /// The axis of a reshaped tensor that the changed axis went into shrinks in the same proportion.
    static void scaleChangedAxis(const nn::Shape& before, const nn::Shape& after, nn::Shape& shape) {
        std::size_t changed = 0;
        std::int64_t outside = 1; // elements of the axes in front of the changed one
        while (changed < before.size() && before[changed] == after[changed]) {
            outside *= before[changed++];
        }
        std::int64_t covered = 1;
        for (std::int64_t& size : shape) {
            covered *= size;
            if (covered > outside) {
                size = size * after[changed] / before[changed];
                return;
            }
        }
    }

    /// The nodes that the outputs need, and their values.
    nn::Graph livePart() const {
        const std::vector<nn::NodeId> producers = graph_.producers();
        std::set<nn::NodeId> live;
        std::vector<nn::ValueId> open = graph_.outputs;
        while (!open.empty()) {
            const nn::ValueId value = open.back();
            open.pop_back();
            if (value == nn::kNoValue || producers[at(value)] < 0 ||
                !live.insert(producers[at(value)]).second) {
                continue;
            }
            const std::vector<nn::ValueId>& inputs = graph_.node(producers[at(value)]).inputs;
            open.insert(open.end(), inputs.begin(), inputs.end());
        }
        nn::Graph part = quant::subgraph(graph_, {live.begin(), live.end()}, graph_.inputs, graph_.outputs);
        part.check();
        return part;
    }

    const nn::Graph& imported_;
    const quant::Lowering& lowering_;
    const Plan& plan_;
    const Resolution& resolution_;
    nn::Graph graph_;
    std::vector<nn::ValueId> replaced_; ///< what is read instead of a value
};

} // namespace

nn::Graph changedNetwork(const nn::Graph& graph, const quant::Lowering& lowering, const Plan& plan,
                         const Resolution& resolution) {
    return NetworkChanger(graph, lowering, plan, resolution).run();
}

} // namespace tandem::space
