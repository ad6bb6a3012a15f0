// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/plan.h"

#include "core/space/weights_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace tandem::space {

namespace {

hw::LayerKind kindOf(const quant::LoweredLayer& layer, int inputs, int outputs) {
    return layer.kind == hw::LayerKind::Convolution ? hw::convolutionKind(layer.groups, inputs, outputs)
                                                    : layer.kind;
}

/// Centre crops by one tap on every side, as long as the padding can shrink with the kernel so that the
/// output keeps its size.
void addKernelChoices(PlannedLayer& planned, const quant::LoweredLayer& layer) {
    nn::Extent kernel = layer.kernel;
    nn::Padding padding = layer.padding;
    planned.kernels = {kernel};
    planned.paddings = {padding};
    if (layer.kind != quant::LayerKind::Convolution) {
        return;
    }
    while (kernel.height > 2 || kernel.width > 2) {
        if (kernel.height > 2) {
            kernel.height -= 2;
            padding.top -= layer.dilation.height;
            padding.bottom -= layer.dilation.height;
        }
        if (kernel.width > 2) {
            kernel.width -= 2;
            padding.left -= layer.dilation.width;
            padding.right -= layer.dilation.width;
        }
        if (std::min({padding.top, padding.left, padding.bottom, padding.right}) < 0) {
            break;
        }
        planned.kernels.insert(planned.kernels.begin(), kernel);
        planned.paddings.insert(planned.paddings.begin(), padding);
    }
}

class Planner {
  public:
    Planner(const nn::Graph& graph, const quant::Lowering& lowering)
        : graph_(graph),
          lowering_(lowering),
          consumers_(lowering.tensors.size()),
          parent_(lowering.tensors.size()) {}

    Plan run() {
        plan_.input = lowering_.input;
        plan_.output = lowering_.output;
        addTensorsAndLayers();
        addGroups();
        addBundles();
        addSkips();
        attachParameters();
        return std::move(plan_);
    }

  private:
    const quant::LoweredLayer& lowered(int layer) const { return lowering_.layers[at(layer)]; }
    int producerOf(int tensor) const { return plan_.tensors[at(tensor)].producer; }
    bool isConvolution(int layer) const { return lowered(layer).kind == quant::LayerKind::Convolution; }
    bool isDepthwise(int layer) const {
        return plan_.layers[at(layer)].kind == hw::LayerKind::DepthwiseConvolution;
    }
    int layerCount() const { return static_cast<int>(plan_.layers.size()); }

    void addTensorsAndLayers() {
        for (const quant::LoweredTensor& tensor : lowering_.tensors) {
            plan_.tensors.push_back({tensor.shape, 0, kNone, tensor.low >= 0.0});
        }
        for (const quant::LoweredLayer& layer : lowering_.layers) {
            PlannedLayer planned;
            planned.kind = kindOf(layer, lowering_.tensors[at(layer.inputs[0])].shape.channels,
                                  lowering_.tensors[at(layer.output)].shape.channels);
            planned.inputs = layer.inputs;
            planned.output = layer.output;
            planned.stride = layer.stride;
            planned.dilation = layer.dilation;
            planned.groups = layer.groups;
            planned.channels = layer.channels;
            planned.factor = layer.factor;
            planned.repeat = layer.repeat;
            planned.block = layer.block;
            planned.keepsFormat = layer.keepsFormat();
            addKernelChoices(planned, layer);
            const int index = layerCount();
            if (layer.kind == quant::LayerKind::Table && lowering_.tensors[at(layer.output)].neverNegative) {
                plan_.tensors[at(layer.output)].clampsNegative = true; // the function itself does
            }
            plan_.tensors[at(layer.output)].producer = index;
            for (const int input : layer.inputs) {
                consumers_[at(input)].push_back(index);
            }
            plan_.layers.push_back(std::move(planned));
        }
    }

    // Coupled widths: union-find over tensors.

    int root(int tensor) {
        while (parent_[at(tensor)] != tensor) {
            tensor = parent_[at(tensor)] = parent_[at(parent_[at(tensor)])];
        }
        return tensor;
    }

    void join(int a, int b) { parent_[at(root(b))] = root(a); }

    void addGroups() {
        std::iota(parent_.begin(), parent_.end(), 0);
        for (const PlannedLayer& layer : plan_.layers) {
            if (layer.kind != hw::LayerKind::Convolution && !movesChannels(layer.kind)) {
                for (const int input : layer.inputs) {
                    join(input, layer.output);
                }
            }
        }
        std::vector<int> groupOf(plan_.tensors.size(), kNone);
        for (int tensor = 0; tensor < static_cast<int>(plan_.tensors.size()); ++tensor) {
            int& group = groupOf[at(root(tensor))];
            if (group == kNone) {
                group = static_cast<int>(plan_.groups.size());
                plan_.groups.emplace_back();
                plan_.groups.back().channels = plan_.tensors[at(tensor)].shape.channels;
            }
            plan_.tensors[at(tensor)].group = group;
        }
        groupOfTensor(plan_.input).fixed = true;
        groupOfTensor(plan_.output).fixed = true;
        for (const PlannedLayer& layer : plan_.layers) {
            if (layer.kind == hw::LayerKind::Convolution && layer.groups > 1) {
                groupOfTensor(layer.inputs[0]).fixed = true;
                groupOfTensor(layer.output).fixed = true;
            }
            if (movesChannels(layer.kind)) {
                std::ranges::for_each(layer.inputs, [this](int input) { groupOfTensor(input).fixed = true; });
                groupOfTensor(layer.output).fixed = true;
            }
        }
        rankChannels();
    }

    WidthGroup& groupOfTensor(int tensor) { return plan_.groups[at(plan_.tensors[at(tensor)].group)]; }

    /// Channels are ranked by the L2 norms of the filters that make them (Li et al., Pruning filters for
    /// efficient ConvNets, ICLR 2017, there with L1), each layer's norms relative to their mean.
    void rankChannels() {
        std::vector<std::vector<double>> scores;
        for (const WidthGroup& group : plan_.groups) {
            scores.emplace_back(at(group.channels), 0.0);
        }
        for (int layer = 0; layer < layerCount(); ++layer) {
            if (isConvolution(layer)) {
                addNorms(layer, scores[at(plan_.tensors[at(lowered(layer).output)].group)]);
            }
        }
        for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
            WidthGroup& group = plan_.groups[i];
            group.counts = group.fixed ? std::vector<int>{group.channels} : widthChoices(group.channels);
            std::vector<int> order(at(group.channels));
            std::iota(order.begin(), order.end(), 0);
            std::ranges::stable_sort(order,
                                     [&](int a, int b) { return scores[i][at(a)] > scores[i][at(b)]; });
            for (const int count : group.counts) {
                std::vector<int> kept(order.begin(), order.begin() + count);
                std::ranges::sort(kept);
                group.kept.push_back(std::move(kept));
            }
        }
    }

    void addNorms(int layer, std::vector<double>& scores) const {
        const WeightsView weights(graph_, lowering_, lowered(layer));
        std::vector<double> norms;
        for (int output = 0; output < weights.outputs(); ++output) {
            double sum = 0.0;
            for (int input = 0; input < weights.inputs(); ++input) {
                for (int tap = 0; tap < weights.taps(); ++tap) {
                    const double weight = static_cast<double>(weights.at(output, input, tap));
                    sum += weight * weight;
                }
            }
            norms.push_back(std::sqrt(sum));
        }
        const double mean =
            std::reduce(norms.begin(), norms.end()) / static_cast<double>(norms.size()) + 1e-30;
        for (std::size_t channel = 0; channel < norms.size(); ++channel) {
            scores[channel] += norms[channel] / mean;
        }
    }

    // Bundles.

    /// The point-wise convolution that alone reads what this depth-wise one makes, or kNone.
    int pointwiseBehind(int layer) const {
        const std::vector<int>& readers = consumers_[at(lowered(layer).output)];
        if (!isDepthwise(layer) || readers.size() != 1 || lowered(layer).output == plan_.output) {
            return kNone;
        }
        const quant::LoweredLayer& next = lowered(readers[0]);
        const bool isPointwise = isConvolution(readers[0]) && next.kernel == nn::Extent{1, 1} &&
                                 next.stride == nn::Extent{1, 1} && next.groups == 1;
        return isPointwise ? readers[0] : kNone;
    }

    void addBundles() {
        for (int layer = 0; layer < layerCount(); ++layer) {
            PlannedLayer& planned = plan_.layers[at(layer)];
            if (!isConvolution(layer)) {
                for (const int input : planned.inputs) {
                    const int producer = producerOf(input);
                    planned.bundle = std::max(planned.bundle,
                                              producer == kNone ? kNone : plan_.layers[at(producer)].bundle);
                }
                if (planned.bundle != kNone) {
                    plan_.bundles[at(planned.bundle)].layers.push_back(layer);
                }
                continue;
            }
            if (planned.bundle != kNone) { // the point-wise half of a pair
                continue;
            }
            planned.bundle = static_cast<int>(plan_.bundles.size());
            PlannedBundle bundle;
            bundle.layers = {layer};
            if (const int pointwise = pointwiseBehind(layer); pointwise != kNone) {
                plan_.layers[at(pointwise)].bundle = planned.bundle;
                bundle.layers.push_back(pointwise);
            }
            bundle.title = titleOf(bundle);
            bundle.kernelLayer = planned.kernels.size() > 1 ? layer : kNone;
            plan_.bundles.push_back(std::move(bundle));
        }
    }

    std::string titleOf(const PlannedBundle& bundle) const {
        const quant::LoweredLayer& first = lowered(bundle.layers.front());
        const quant::MapShape in = lowering_.tensors[at(first.inputs[0])].shape;
        const quant::MapShape out = lowering_.tensors[at(lowered(bundle.layers.back()).output)].shape;
        if (first.kernel == nn::Extent{in.height, in.width} && first.padding == nn::Padding{}) {
            return fmt::format("fully connected, {} outputs", out.channels);
        }
        return fmt::format("{} {}x{}{}, {} channels",
                           isDepthwise(bundle.layers.front()) ? "depth-wise"
                           : first.groups > 1                 ? "grouped conv"
                                                              : "conv",
                           first.kernel.height, first.kernel.width,
                           bundle.layers.size() > 1 ? " + point-wise" : "", out.channels);
    }

    // Skips.

    void addSkips() {
        for (int layer = 0; layer < layerCount(); ++layer) {
            if (plan_.layers[at(layer)].kind == hw::LayerKind::Add) {
                addResidualSkip(layer);
            }
        }
        for (int bundle = 0; bundle < static_cast<int>(plan_.bundles.size()); ++bundle) {
            addPlainSkip(bundle);
        }
    }

    /// The tensors from `tensor` upwards through layers that only this path reads.
    std::vector<int> pathUp(int tensor) const {
        std::vector<int> path{tensor};
        while (producerOf(tensor) != kNone && consumers_[at(tensor)].size() == 1 &&
               lowered(producerOf(tensor)).inputs.size() == 1) {
            tensor = lowered(producerOf(tensor)).inputs[0];
            path.push_back(tensor);
        }
        return path;
    }

    void addResidualSkip(int add) {
        const std::vector<int>& inputs = lowered(add).inputs;
        if (inputs[0] == inputs[1]) {
            return;
        }
        const std::vector<int> paths[2] = {pathUp(inputs[0]), pathUp(inputs[1])};
        const auto meeting = std::ranges::find_first_of(paths[0], paths[1]);
        if (meeting == paths[0].end()) {
            return;
        }
        const auto lengthTo = [&](const std::vector<int>& path) {
            return std::ranges::find(path, *meeting) - path.begin();
        };
        const int main = lengthTo(paths[1]) > lengthTo(paths[0]) ? 1 : 0;
        Skip skip;
        skip.isResidual = true;
        skip.from = inputs[at(1 - main)];
        skip.to = lowered(add).output;
        skip.entry = skip.exit = add;
        skip.fromInput = 1 - main;
        for (const int tensor : paths[main]) {
            if (tensor == *meeting) {
                break;
            }
            skip.layers.insert(skip.layers.begin(), producerOf(tensor));
        }
        skip.layers.push_back(add);
        takeSkip(std::move(skip));
    }

    /// One bundle whose output has its input's shape can be left out of a plain chain.
    void addPlainSkip(int bundle) {
        const std::vector<int> layers = convolutionsOf(bundle);
        Skip skip;
        skip.from = lowered(layers.front()).inputs[0];
        skip.to = lowered(layers.back()).output;
        const bool held = std::ranges::any_of(plan_.skips, [&](const Skip& s) { return s.bundle == bundle; });
        const int fromGroup = plan_.tensors[at(skip.from)].group, toGroup = plan_.tensors[at(skip.to)].group;
        const bool sameGroup = fromGroup == toGroup;
        if (held || plan_.tensors[at(skip.from)].shape != plan_.tensors[at(skip.to)].shape ||
            !lowered(layers.front()).inputOrder.empty() ||
            (!sameGroup && (plan_.groups[at(toGroup)].fixed || writersOf(toGroup) > 1))) {
            return;
        }
        skip.entry = layers.front();
        skip.exit = layers.back();
        skip.layers = layers;
        takeSkip(std::move(skip));
    }

    std::vector<int> convolutionsOf(int bundle) const {
        std::vector<int> layers;
        std::ranges::copy_if(plan_.bundles[at(bundle)].layers, std::back_inserter(layers),
                             [this](int layer) { return isConvolution(layer); });
        return layers;
    }

    /// How many convolutions set the channels of a group.
    std::ptrdiff_t writersOf(int group) const {
        return std::ranges::count_if(plan_.layers, [&](const PlannedLayer& layer) {
            return layer.kind == hw::LayerKind::Convolution && plan_.tensors[at(layer.output)].group == group;
        });
    }

    /// Keeps the skip when what stands in may take the place, and the activation behind has somewhere to go.
    void takeSkip(Skip skip) {
        if (skip.from == plan_.input || skip.to == plan_.output) {
            return;
        }
        for (const int layer : skip.layers) {
            const int bundle = plan_.layers[at(layer)].bundle;
            if (isConvolution(layer)) {
                skip.bundle = skip.bundle == kNone ? bundle : std::min(skip.bundle, bundle);
                skip.lastBundle = std::max(skip.lastBundle, bundle);
            }
        }
        if (skip.bundle == kNone) {
            return;
        }
        const quant::LoweredTensor& from = lowering_.tensors[at(skip.from)];
        const quant::LoweredTensor& to = lowering_.tensors[at(skip.to)];
        const bool alreadyClamped = from.low >= to.low && from.high <= to.high;
        if (!alreadyClamped) {
            const int writer = producerOf(skip.from);
            const bool canTake = writer != kNone && lowered(writer).kind != quant::LayerKind::AveragePool &&
                                 !lowered(writer).keepsFormat();
            const bool isPrivate = std::ranges::all_of(consumers_[at(skip.from)], [&](int reader) {
                return std::ranges::find(skip.layers, reader) != skip.layers.end();
            });
            if (!canTake || !isPrivate || !std::isinf(from.low) || !std::isinf(from.high)) {
                return;
            }
            skip.keepsActivation = true;
        }
        plan_.skips.push_back(std::move(skip));
    }

    /// Where an activation moves to the layer in front, that layer has to be there.
    void dropConflictingSkips() {
        std::vector<int> anchors;
        for (const Skip& skip : plan_.skips) {
            if (skip.keepsActivation) {
                anchors.push_back(skip.from);
            }
        }
        std::erase_if(plan_.skips,
                      [&](const Skip& skip) { return std::ranges::count(anchors, skip.to) > 0; });
    }

    void attachParameters() {
        dropConflictingSkips();
        for (std::size_t i = 0; i < plan_.skips.size(); ++i) {
            plan_.bundles[at(plan_.skips[i].bundle)].skip = static_cast<int>(i);
            plan_.layers[at(plan_.skips[i].exit)].endsSkip = static_cast<int>(i);
        }
        for (const PlannedLayer& layer : plan_.layers) {
            const int index = plan_.tensors[at(layer.output)].group;
            WidthGroup& group = plan_.groups[at(index)];
            const bool isFree = group.bundle == kNone && group.counts.size() > 1 && layer.bundle != kNone &&
                                plan_.bundles[at(layer.bundle)].group == kNone;
            if (layer.kind == hw::LayerKind::Convolution && isFree) {
                group.bundle = layer.bundle;
                plan_.bundles[at(layer.bundle)].group = index;
            }
        }
    }

    const nn::Graph& graph_;
    const quant::Lowering& lowering_;
    std::vector<std::vector<int>> consumers_; ///< layers that read a tensor
    std::vector<int> parent_;
    Plan plan_;
};

} // namespace

std::vector<int> widthChoices(int channels) {
    const int step = channels >= 64 ? 8 : channels >= 16 ? 4 : channels >= 8 ? 2 : 1;
    std::vector<int> counts;
    for (int eighths = 2; eighths < 8; ++eighths) {
        const int count = std::max(step, (channels * eighths / 8 + step / 2) / step * step);
        if (count < channels && (counts.empty() || count > counts.back())) {
            counts.push_back(count);
        }
    }
    counts.push_back(channels);
    return counts;
}

Plan makePlan(const nn::Graph& graph, const quant::Lowering& lowering) {
    return Planner(graph, lowering).run();
}

} // namespace tandem::space
