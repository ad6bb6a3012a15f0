// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainable_network.h"

#include "core/base/error.h"
#include "core/train/batching.h"
#include "core/train/training_layer.h"

namespace tandem::train {

namespace {

/// The roles of a node's inputs from the second on.
std::vector<ParameterRole> rolesOf(const nn::Operator& op) {
    using enum ParameterRole;
    if (std::holds_alternative<nn::Convolution>(op) || std::holds_alternative<nn::Linear>(op)) {
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

} // namespace

std::vector<Parameter> parametersOf(const nn::Graph& graph) {
    std::vector<Parameter> parameters;
    std::vector<bool> seen(graph.values.size(), false);
    for (const nn::Node& node : graph.nodes) {
        const std::vector<ParameterRole> roles = rolesOf(node.op);
        for (std::size_t i = 0; i < roles.size() && i + 1 < node.inputs.size(); ++i) {
            const nn::ValueId id = node.inputs[i + 1];
            if (id == nn::kNoValue || !graph.value(id).constant) {
                continue;
            }
            if (seen[static_cast<std::size_t>(id)]) {
                throw inputError("node '{}': its parameter '{}' also belongs to another node; the trainer "
                                 "takes one owner for each",
                                 node.name, graph.value(id).name);
            }
            seen[static_cast<std::size_t>(id)] = true;
            parameters.push_back({id, roles[i]});
        }
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
    State(nn::Graph scaled, const std::vector<int>& parameterOf, int count)
        : graph(std::move(scaled)), samples(count), activations(graph.values.size()) {
        const LayerContext context{graph, oneDnn, activations, parameterOf};
        context.at(graph.inputs[0]) = Activations(plainLayout(context.shape(graph.inputs[0])), oneDnn, false);
        for (const nn::Node& node : graph.nodes) {
            layers.push_back(makeTrainingLayer(context, node));
        }
    }

    Activations& at(nn::ValueId id) { return activations.at(static_cast<std::size_t>(id)); }

    nn::Graph graph;
    int samples;
    OneDnn oneDnn;
    std::vector<Activations> activations;
    std::vector<std::unique_ptr<TrainingLayer>> layers;
};

TrainableNetwork::TrainableNetwork(const nn::Graph& graph, int samples) {
    if (graph.inputs.size() != 1 || graph.outputs.size() != 1) {
        throw inputError("network '{}' has {} inputs and {} outputs; the trainer takes one of each",
                         graph.name, graph.inputs.size(), graph.outputs.size());
    }
    std::vector<int> parameterOf(graph.values.size(), -1);
    int number = 0;
    for (const Parameter& parameter : parametersOf(graph)) {
        parameterOf[static_cast<std::size_t>(parameter.value)] = number++;
    }
    auto scaled = batched(upToScores(graph), samples);
    if (!scaled) {
        throw inputError("network '{}' mixes the samples of a batch; it cannot be trained", graph.name);
    }
    state_ = std::make_unique<State>(std::move(*scaled), parameterOf, samples);
}

TrainableNetwork::~TrainableNetwork() = default;
TrainableNetwork::TrainableNetwork(TrainableNetwork&&) noexcept = default;
TrainableNetwork& TrainableNetwork::operator=(TrainableNetwork&&) noexcept = default;

int TrainableNetwork::samples() const {
    return state_->samples;
}

nn::Tensor TrainableNetwork::forward(const ParameterBlocks& parameters, const nn::Tensor& input) {
    useOneThread();
    const nn::Value& wanted = state_->graph.value(state_->graph.inputs[0]);
    if (input.shape != wanted.shape || !nn::isFloat(input.type)) {
        throw inputError("network '{}' trains on {} batches, {} was given", state_->graph.name,
                         nn::toString(wanted.shape), nn::toString(input.shape));
    }
    std::ranges::copy(input.floats(),
                      static_cast<float*>(state_->at(state_->graph.inputs[0]).value().get_data_handle()));
    for (const auto& layer : state_->layers) {
        layer->forward(parameters);
    }
    const nn::ValueId output = state_->graph.outputs[0];
    nn::Tensor scores = nn::Tensor::zeros(nn::ElementType::Float32, state_->graph.value(output).shape);
    const dnnl::memory plain(plainLayout(scores.shape), state_->oneDnn.engine, scores.floats().data());
    reorder(state_->at(output).value(), plain, state_->oneDnn);
    return scores;
}

void TrainableNetwork::backward(const ParameterBlocks& parameters, const nn::Tensor& scoresGradient,
                                ParameterBlocks& gradients) {
    useOneThread();
    gradients.resize(parameters.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        gradients[i].resize(parameters[i].size());
    }
    for (Activations& activations : state_->activations) {
        activations.clearGradient();
    }
    auto* elements = const_cast<float*>(scoresGradient.floats().data());
    const dnnl::memory plain(plainLayout(scoresGradient.shape), state_->oneDnn.engine, elements);
    state_->at(state_->graph.outputs[0]).addGradient(plain, state_->oneDnn);
    for (std::size_t i = state_->layers.size(); i-- > 0;) {
        if (state_->at(state_->graph.nodes[i].outputs[0]).hasGradient()) {
            state_->layers[i]->backward(parameters, gradients);
        }
    }
}

} // namespace tandem::train
