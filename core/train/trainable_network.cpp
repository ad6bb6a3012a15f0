// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainable_network.h"

#include "core/base/error.h"
#include "core/train/batching.h"
#include "core/train/layers/training_layer.h"
#include "core/train/steps/weight_layouts.h"

namespace tandem::train {

namespace {

/// The roles of a node's inputs from the second on.
std::vector<ParameterRole> rolesOf(const nn::Operator& op) {
    using enum ParameterRole;
    if (std::holds_alternative<nn::Convolution>(op) || std::holds_alternative<nn::Linear>(op) ||
        std::holds_alternative<nn::TransposedConvolution>(op)) {
        return {Weight, Offset};
    }
    if (std::holds_alternative<nn::BatchNormalization>(op)) {
        return {Offset, Offset, RunningMean, RunningVariance};
    }
    return {};
}

/// Without softmaxes at the very end.
nn::Graph upToScores(nn::Graph graph) {
    while (!graph.nodes.empty() && std::holds_alternative<nn::Softmax>(graph.nodes.back().op) &&
           graph.outputs == graph.nodes.back().outputs) {
        graph.outputs = {graph.nodes.back().inputs.at(0)};
        graph.nodes.pop_back();
    }
    return graph;
}

using BuiltLayer = std::unique_ptr<TrainingLayer>;

/// Makes the layers of the nodes that the output depends on, pairs of them as one where that is faster.
class LayerBuilder {
  public:
    LayerBuilder(const LayerContext& context, const std::vector<ActivationQuantizer>& quantizers)
        : context_(context), quantizers_(quantizers), consumers_(context.graph.consumers()) {}

    std::vector<BuiltLayer> run() {
        const nn::Graph& graph = context_.graph;
        const std::vector<bool> needed = neededNodes(graph);
        std::vector<BuiltLayer> layers;
        std::vector<bool> done(graph.nodes.size(), false);
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            if (!needed[i] || done[i]) {
                continue;
            }
            const nn::Node& node = graph.nodes[i];
            if (const nn::NodeId relu = reluBehind(node); relu >= 0) {
                const nn::ValueId rectified = graph.node(relu).outputs[0];
                if (BuiltLayer both = makeRectifiedLayer(context_, node, rectified)) {
                    layers.push_back(std::move(both));
                    done[static_cast<std::size_t>(relu)] = true;
                    continue;
                }
            }
            const auto quantizer =
                std::ranges::find(quantizers_, node.outputs.at(0), &ActivationQuantizer::value);
            layers.push_back(quantizer == quantizers_.end() ? makeTrainingLayer(context_, node)
                                                            : makeQuantizerLayer(context_, node, *quantizer));
        }
        return layers;
    }

  private:
    static std::vector<bool> neededNodes(const nn::Graph& graph) {
        std::vector<bool> wanted(graph.values.size(), false);
        std::vector<bool> needed(graph.nodes.size(), false);
        wanted[static_cast<std::size_t>(graph.outputs[0])] = true;
        for (std::size_t i = graph.nodes.size(); i-- > 0;) {
            needed[i] = std::ranges::any_of(graph.nodes[i].outputs, [&](nn::ValueId output) {
                return output != nn::kNoValue && wanted[static_cast<std::size_t>(output)];
            });
            for (const nn::ValueId input : graph.nodes[i].inputs) {
                if (needed[i] && input != nn::kNoValue) {
                    wanted[static_cast<std::size_t>(input)] = true;
                }
            }
        }
        return needed;
    }

    /// The Relu that alone reads what the node computes, or -1.
    nn::NodeId reluBehind(const nn::Node& node) const {
        const auto& readers = consumers_[static_cast<std::size_t>(node.outputs.at(0))];
        if (readers.size() != 1 || context_.graph.outputs[0] == node.outputs[0]) {
            return -1;
        }
        const auto* activation = std::get_if<nn::Activation>(&context_.graph.node(readers[0]).op);
        return activation != nullptr && activation->kind == nn::ActivationKind::Relu ? readers[0] : -1;
    }

    const LayerContext& context_;
    const std::vector<ActivationQuantizer>& quantizers_;
    std::vector<std::vector<nn::NodeId>> consumers_;
};

} // namespace

std::vector<Parameter> parametersOf(const nn::Graph& graph, const FakeQuantization& quantization) {
    std::vector<Parameter> parameters;
    std::vector<bool> seen(graph.values.size(), false);
    const auto take = [&](nn::ValueId id, ParameterRole role) {
        const bool isNew = !seen.at(static_cast<std::size_t>(id));
        seen[static_cast<std::size_t>(id)] = true;
        if (isNew) {
            parameters.push_back({id, role});
        }
        return isNew;
    };
    for (const nn::Node& node : graph.nodes) {
        const std::vector<ParameterRole> roles = rolesOf(node.op);
        for (std::size_t i = 0; i < roles.size() && i + 1 < node.inputs.size(); ++i) {
            const nn::ValueId id = node.inputs[i + 1];
            const bool isConstant = id != nn::kNoValue && graph.value(id).constant;
            if (isConstant && !take(id, roles[i])) {
                throw inputError("node '{}': its parameter '{}' also belongs to another node; the trainer "
                                 "takes one owner for each",
                                 node.name, graph.value(id).name);
            }
        }
    }
    for (const WeightQuantizer& quantizer : quantization.weights) {
        take(quantizer.steps, ParameterRole::StepSize);
    }
    for (const ActivationQuantizer& quantizer : quantization.activations) {
        take(quantizer.step, ParameterRole::StepSize); // several may share it
    }
    return parameters;
}

ParameterBlocks readParameters(const nn::Graph& graph, std::span<const Parameter> parameters) {
    ParameterBlocks blocks;
    for (const Parameter& parameter : parameters) {
        blocks.push_back(graph.value(parameter.value).constant.value().floats());
    }
    return blocks;
}

void writeParameters(nn::Graph& graph, std::span<const Parameter> parameters, const ParameterBlocks& blocks) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        graph.value(parameters[i].value).constant.value().floats() = blocks.at(i);
    }
}

struct TrainableNetwork::State {
    State(nn::Graph scaled, const std::vector<int>& parameterOf, int count, const NetworkOptions& options)
        : graph(std::move(scaled)),
          samples(count),
          weights(options.weights ? options.weights : std::make_shared<WeightLayouts>()),
          ownsWeights(!options.weights),
          activations(graph.values.size()) {
        const LayerContext context{graph,  oneDnn, activations, parameterOf, *weights, options.statistics,
                                   samples};
        const nn::ValueId input = graph.inputs[0];
        context.at(input) = Activations(plainLayout(context.shape(input)), oneDnn, false);
        layers = LayerBuilder(context, options.quantization.activations).run();
        const dnnl::memory::desc plain = plainLayout(context.shape(graph.outputs[0]));
        scores = Conversion(plain);
        scoresGradient = dnnl::memory(plain, oneDnn.engine);
        outputGradient = GradientShare(at(graph.outputs[0]), plain);
        for (const ActivationQuantizer& quantizer : options.quantization.activations) {
            steps.push_back(static_cast<std::size_t>(parameterOf[static_cast<std::size_t>(quantizer.step)]));
        }
    }

    Activations& at(nn::ValueId id) { return activations.at(static_cast<std::size_t>(id)); }

    nn::Graph graph;
    int samples;
    OneDnn oneDnn;
    std::shared_ptr<WeightLayouts> weights;
    bool ownsWeights;
    std::vector<Activations> activations;
    std::vector<BuiltLayer> layers;
    Conversion scores;
    dnnl::memory scoresGradient;
    GradientShare outputGradient;
    std::vector<std::size_t> steps; ///< parameters whose gradients several layers add to
};

TrainableNetwork::TrainableNetwork(const nn::Graph& graph, int samples, const NetworkOptions& options) {
    if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
        throw inputError("network '{}' has {} inputs and {} outputs; the trainer takes one of each",
                         graph.name, graph.inputs.size(), graph.outputs.size());
    }
    std::vector<int> parameterOf(graph.values.size(), -1);
    int number = 0;
    for (const Parameter& parameter : parametersOf(graph, options.quantization)) {
        parameterOf[static_cast<std::size_t>(parameter.value)] = number++;
    }
    auto scaled = batched(upToScores(graph), samples);
    if (!scaled) {
        throw inputError("network '{}' mixes the samples of a batch; it cannot be trained", graph.name);
    }
    state_ = std::make_unique<State>(std::move(*scaled), parameterOf, samples, options);
}

TrainableNetwork::~TrainableNetwork() = default;
TrainableNetwork::TrainableNetwork(TrainableNetwork&&) noexcept = default;
TrainableNetwork& TrainableNetwork::operator=(TrainableNetwork&&) noexcept = default;

int TrainableNetwork::samples() const {
    return state_->samples;
}

const nn::Shape& TrainableNetwork::scoresShape() const {
    return state_->graph.value(state_->graph.outputs[0]).shape;
}

std::span<float> TrainableNetwork::input() {
    const dnnl::memory& memory = state_->at(state_->graph.inputs[0]).value();
    return {elementsOf(memory), floatCount(memory.get_desc())};
}

std::span<float> TrainableNetwork::scoresGradient() {
    return {elementsOf(state_->scoresGradient), floatCount(state_->scoresGradient.get_desc())};
}

std::span<const float> TrainableNetwork::forward(const ParameterBlocks& parameters) {
    useOneThread();
    if (state_->ownsWeights) {
        state_->weights->refresh(parameters);
    }
    for (const BuiltLayer& layer : state_->layers) {
        layer->forward(parameters);
    }
    const dnnl::memory& plain = state_->scores(state_->at(state_->graph.outputs[0]).value(), state_->oneDnn);
    return {elementsOf(plain), floatCount(plain.get_desc())};
}

void TrainableNetwork::backward(const ParameterBlocks& parameters, ParameterBlocks& gradients) {
    useOneThread();
    gradients.resize(parameters.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        gradients[i].resize(parameters[i].size());
    }
    for (const std::size_t step : state_->steps) {
        std::ranges::fill(gradients[step], 0.0F);
    }
    for (Activations& activations : state_->activations) {
        activations.clearGradient();
    }
    state_->outputGradient.deliver(state_->scoresGradient, state_->oneDnn);
    for (const BuiltLayer& layer : std::views::reverse(state_->layers)) {
        layer->backward(parameters, gradients);
    }
    readStatistics(gradients);
}

void TrainableNetwork::readStatistics(ParameterBlocks& blocks) const {
    for (const BuiltLayer& layer : state_->layers) {
        layer->readStatistics(blocks);
    }
}

nn::Tensor TrainableNetwork::forward(const ParameterBlocks& parameters, const nn::Tensor& given) {
    const nn::Value& wanted = state_->graph.value(state_->graph.inputs[0]);
    if (given.shape != wanted.shape || !nn::isFloat(given.type)) {
        throw inputError("network '{}' trains on {} batches, {} was given", state_->graph.name,
                         nn::toString(wanted.shape), nn::toString(given.shape));
    }
    std::ranges::copy(given.floats(), input().begin());
    const std::span<const float> scores = forward(parameters);
    return nn::Tensor::ofFloats(scoresShape(), {scores.begin(), scores.end()});
}

void TrainableNetwork::backward(const ParameterBlocks& parameters, const nn::Tensor& gradientByScores,
                                ParameterBlocks& gradients) {
    std::ranges::copy(gradientByScores.floats(), scoresGradient().begin());
    backward(parameters, gradients);
}

} // namespace tandem::train
