// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/layer_tables.h"

#include "core/quant/arithmetic/integer_network.h"
#include "core/space/weights_view.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace tandem::space {

namespace {

int lastChoice(const WidthGroup& group) {
    return static_cast<int>(group.counts.size()) - 1;
}

/// Sum and largest of |weight| that one output channel holds for one input channel.
struct Magnitude {
    double sum = 0.0, largest = 0.0;
};

Magnitude magnitudeOf(const WeightsView& weights, int output, int input, nn::Extent from, nn::Extent to) {
    const int top = (from.height - to.height) / 2, left = (from.width - to.width) / 2;
    Magnitude magnitude;
    for (int row = 0; row < to.height; ++row) {
        for (int column = 0; column < to.width; ++column) {
            const int tap = (row + top) * from.width + column + left;
            const double weight = std::abs(static_cast<double>(weights.at(output, input, tap)));
            magnitude.sum += weight;
            magnitude.largest = std::max(magnitude.largest, weight);
        }
    }
    return magnitude;
}

/// For every channel of a group, the first (smallest) choice that keeps it.
std::vector<int> firstChoiceThatKeeps(const WidthGroup& group) {
    std::vector<int> first(at(group.channels), 0);
    for (int choice = lastChoice(group); choice >= 0; --choice) {
        for (const int channel : group.kept[at(choice)]) {
            first[at(channel)] = choice;
        }
    }
    return first;
}

} // namespace

LayerTables::LayerTables(const nn::Graph& graph, const quant::Lowering& lowering, const Plan& plan)
    : plan_(&plan), tables_(plan.layers.size()) {
    for (std::size_t i = 0; i < tables_.size(); ++i) {
        const PlannedLayer& layer = plan.layers[i];
        Table& table = tables_[i];
        table.inputGroup = plan.tensors[at(layer.inputs[0])].group;
        table.inputChoices = static_cast<int>(plan.groups[at(table.inputGroup)].counts.size());
        if (layer.kind == hw::LayerKind::Convolution) {
            const int group = plan.tensors[at(layer.output)].group;
            table.outputChoices = static_cast<int>(plan.groups[at(group)].counts.size());
        }
        const std::size_t shapes = layer.kernels.size() * at(table.inputChoices * table.outputChoices);
        table.macs.resize(shapes);
        table.parameters.resize(shapes);
        table.ratios.resize(shapes);
        const quant::LoweredLayer& lowered = lowering.layers[i];
        forEachShape(static_cast<int>(i), [&](std::size_t shape, const hw::Layer& made) {
            table.macs[shape] = hw::multiplyAccumulates(made);
            const bool hasWeights = quant::traitsOf(lowered.kind).hasWeights;
            const std::int64_t perOutput = std::int64_t{made.kernelHeight} * made.kernelWidth *
                                           (quant::traitsOf(made.kind).channels == quant::ChannelRule::Own
                                                ? made.inputChannels / made.groups
                                                : 1);
            table.parameters[shape] =
                hasWeights ? made.outputChannels * (perOutput + (lowered.bias == nn::kNoValue ? 0 : 1)) : 0;
        });
        if (lowered.kind == quant::LayerKind::Convolution) {
            fillRatios(graph, lowering, static_cast<int>(i));
        }
    }
}

template <typename Visit>
void LayerTables::forEachShape(int layer, const Visit& visit) const {
    const PlannedLayer& planned = plan_->layers[at(layer)];
    const WidthGroup& inputs = plan_->groups[at(plan_->tensors[at(planned.inputs[0])].group)];
    const WidthGroup& outputs = plan_->groups[at(plan_->tensors[at(planned.output)].group)];
    std::size_t shape = 0;
    hw::Layer made;
    made.inputs.assign(planned.inputs.size(), 0);
    for (int kernel = 0; kernel < static_cast<int>(planned.kernels.size()); ++kernel) {
        for (const int inputChannels : inputs.counts) {
            for (int output = 0; output < table(layer).outputChoices; ++output, ++shape) {
                const bool mixes = quant::traitsOf(planned.kind).channels != quant::ChannelRule::Same;
                setGeometry(layer, kernel, inputChannels, mixes ? outputs.counts[at(output)] : inputChannels,
                            made);
                visit(shape, made);
            }
        }
    }
}

void LayerTables::setGeometry(int layer, int kernel, int inputChannels, int outputChannels,
                              hw::Layer& result) const {
    const PlannedLayer& planned = plan_->layers[at(layer)];
    const quant::MapShape& in = plan_->tensors[at(planned.inputs[0])].shape;
    const quant::MapShape& out = plan_->tensors[at(planned.output)].shape;
    const nn::Extent extent = planned.kernels[at(kernel)];
    const nn::Padding padding = planned.paddings[at(kernel)];
    result.kind = planned.kind;
    result.inputChannels = inputChannels;
    result.outputChannels = outputChannels;
    result.inputHeight = in.height, result.inputWidth = in.width;
    result.outputHeight = out.height, result.outputWidth = out.width;
    result.kernelHeight = extent.height, result.kernelWidth = extent.width;
    result.strideHeight = planned.stride.height, result.strideWidth = planned.stride.width;
    result.dilationHeight = planned.dilation.height, result.dilationWidth = planned.dilation.width;
    result.padTop = padding.top, result.padLeft = padding.left;
    result.padBottom = padding.bottom, result.padRight = padding.right;
    result.groups = planned.kind == hw::LayerKind::DepthwiseConvolution ? inputChannels : planned.groups;
    result.channels = planned.channels;
    result.expandHeight = planned.factor.height, result.expandWidth = planned.factor.width;
    result.expandRepeats = planned.repeat;
    result.block = planned.block;
    result.parts.clear();
    if (quant::traitsOf(planned.kind).channels == quant::ChannelRule::Joined) { // never pruned
        for (const int input : planned.inputs) {
            result.parts.push_back(plan_->tensors[at(input)].shape.channels);
        }
        result.inputChannels = outputChannels;
    }
}

void LayerTables::setGeometry(int layer, const Resolution& resolution, hw::Layer& result) const {
    const PlannedLayer& planned = plan_->layers[at(layer)];
    setGeometry(layer, resolution.layers[at(layer)].kernel,
                resolution.tensors[at(planned.inputs[0])].channels,
                resolution.tensors[at(planned.output)].channels, result);
}

std::vector<hw::Layer> LayerTables::shapes(int layer) const {
    std::vector<hw::Layer> all;
    forEachShape(layer, [&all](std::size_t, const hw::Layer& made) { all.push_back(made); });
    return all;
}

std::size_t LayerTables::shapeOf(int layer, const Resolution& resolution) const {
    const PlannedLayer& planned = plan_->layers[at(layer)];
    const Table& own = table(layer);
    const Resolution::Tensor& input = resolution.tensors[at(planned.inputs[0])];
    // Behind a skipped run the input is of another group with as many channels, hence the same counts.
    const int inputChoice = input.group == own.inputGroup || own.inputChoices > input.choice
                                ? input.choice
                                : own.inputChoices - 1;
    const int outputChoice =
        planned.kind == hw::LayerKind::Convolution ? resolution.tensors[at(planned.output)].choice : 0;
    return (at(resolution.layers[at(layer)].kernel) * at(own.inputChoices) + at(inputChoice)) *
               at(own.outputChoices) +
           at(outputChoice);
}

std::int64_t LayerTables::parameterCount(const Resolution& resolution) const {
    std::int64_t count = 0;
    for (int layer = 0; layer < static_cast<int>(tables_.size()); ++layer) {
        if (resolution.layers[at(layer)].present) {
            count += parameters(layer, shapeOf(layer, resolution));
        }
    }
    return count;
}

void LayerTables::fillRatios(const nn::Graph& graph, const quant::Lowering& lowering, int layer) {
    const PlannedLayer& planned = plan_->layers[at(layer)];
    const quant::LoweredLayer& lowered = lowering.layers[at(layer)];
    const WeightsView weights(graph, lowering, lowered);
    Table& own = tables_[at(layer)];
    const WidthGroup& inputs = plan_->groups[at(own.inputGroup)];
    const std::vector<int> firstInput = firstChoiceThatKeeps(inputs);
    const std::vector<int> firstOutput =
        firstChoiceThatKeeps(plan_->groups[at(plan_->tensors[at(planned.output)].group)]);
    const bool mixes = planned.groups == 1;
    for (std::size_t kernel = 0; kernel < planned.kernels.size(); ++kernel) {
        for (int output = 0; output < weights.outputs(); ++output) {
            // What each choice of input width adds to the one below it.
            std::vector<Magnitude> parts(at(own.inputChoices));
            for (int input = 0; input < weights.inputs(); ++input) {
                const Magnitude add =
                    magnitudeOf(weights, output, input, lowered.kernel, planned.kernels[kernel]);
                Magnitude& part = parts[at(mixes ? firstInput[at(input)] : 0)];
                part.sum += add.sum;
                part.largest = std::max(part.largest, add.largest);
            }
            Magnitude total;
            for (int choice = 0; choice < own.inputChoices; ++choice) {
                total.sum += parts[at(choice)].sum;
                total.largest = std::max(total.largest, parts[at(choice)].largest);
                const float ratio =
                    total.largest > 0.0 ? static_cast<float>(total.sum / total.largest) : 0.0F;
                const int from = own.outputChoices == 1 ? 0 : firstOutput[at(output)];
                for (int wider = from; wider < own.outputChoices; ++wider) {
                    float& largest =
                        own.ratios[(kernel * at(own.inputChoices) + at(choice)) * at(own.outputChoices) +
                                   at(wider)];
                    largest = std::max(largest, ratio);
                }
            }
        }
    }
}

int LayerTables::accumulatorBits(int layer, std::size_t shape, int weightBits, int inputBits,
                                 bool inputSigned) const {
    const PlannedLayer& planned = plan_->layers[at(layer)];
    const double largestInput = (1 << inputBits) * (inputSigned ? 0.5 : 1.0) - (inputSigned ? 0.0 : 1.0);
    const quant::KindTraits traits = quant::traitsOf(planned.kind);
    if (!traits.hasWindow) {
        return 32;
    }
    if (!traits.requantizes) {
        return inputBits;
    }
    double sum = 0.0;
    if (!traits.hasWeights) {
        sum = largestInput * planned.kernels[0].height * planned.kernels[0].width;
    } else {
        const double largestWeight = (1 << (weightBits - 1)) - 1;
        sum = largestWeight * static_cast<double>(table(layer).ratios[shape]) * largestInput;
    }
    return std::min(32, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max(1.0, sum)))) + 1);
}

} // namespace tandem::space
