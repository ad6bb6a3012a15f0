// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/executor.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/train/batching.h"
#include "core/train/steps/step.h"

#include <numeric>

namespace tandem::train {

namespace {

/// Elements [first, first + count) of dimension 0.
nn::Tensor rows(const nn::Tensor& tensor, std::int64_t first, std::int64_t count) {
    nn::Tensor part{tensor.type, tensor.shape, {}};
    part.shape[0] = count;
    const std::int64_t row = nn::elementCount({tensor.shape.begin() + 1, tensor.shape.end()});
    std::visit(
        [&](const auto& elements) {
            const auto start = elements.begin() + first * row;
            part.data = std::decay_t<decltype(elements)>(start, start + count * row);
        },
        tensor.data);
    return part;
}

/// Puts `part` behind `whole` along dimension 0; a scalar counts as one row.
void append(nn::Tensor& whole, const nn::Tensor& part) {
    if (whole.shape.empty()) {
        whole.shape = {1};
    }
    whole.shape[0] += part.shape.empty() ? 1 : part.shape[0];
    std::visit(
        [&](auto& elements) {
            const auto& more = std::get<std::decay_t<decltype(elements)>>(part.data);
            elements.insert(elements.end(), more.begin(), more.end());
        },
        whole.data);
}

} // namespace

struct Executor::State {
    State(nn::Graph whole, int samples, int perRun, std::stop_token stop)
        : own(std::move(whole)),
          graph(own),
          part(wholeOf(own)),
          batch(samples),
          samplesPerRun(perRun),
          cancel(std::move(stop)),
          values(graph) {
        makeSteps();
    }
    State(const nn::Graph& given, GraphPart some, std::stop_token stop)
        : graph(given), part(std::move(some)), cancel(std::move(stop)), values(graph) {
        makeSteps();
    }
    State(const State&) = delete; // steps point into it
    State& operator=(const State&) = delete;

    static GraphPart wholeOf(const nn::Graph& graph) {
        std::vector<nn::NodeId> nodes(graph.nodes.size());
        std::iota(nodes.begin(), nodes.end(), 0);
        return {graph.inputs, std::move(nodes), graph.outputs};
    }

    void makeSteps() {
        StepContext context{graph, oneDnn, std::vector<dnnl::memory::desc>(graph.values.size())};
        steps.reserve(part.nodes.size());
        for (const nn::NodeId node : part.nodes) {
            steps.push_back(makeStep(context, graph.node(node)));
        }
    }

    void checkInputs(std::span<const nn::Tensor> inputs) const;
    std::vector<nn::Tensor> runOnce(std::span<const nn::Tensor> inputs, const Observer& observer);

    nn::Graph own; ///< empty where it is another's
    const nn::Graph& graph;
    GraphPart part;
    int batch = 1;
    int samplesPerRun = 1;
    std::stop_token cancel;
    OneDnn oneDnn;
    Values values;
    std::vector<std::unique_ptr<Step>> steps;
    std::vector<nn::Shape> sampleShapes; ///< of the inputs, for one sample
};

void Executor::State::checkInputs(std::span<const nn::Tensor> inputs) const {
    if (inputs.size() != part.inputs.size()) {
        throw inputError("network '{}' takes {} input(s), {} were given", graph.name, part.inputs.size(),
                         inputs.size());
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const nn::Value& wanted = graph.value(part.inputs[i]);
        nn::Shape shape = wanted.shape;
        if (!shape.empty()) {
            shape[0] *= batch / samplesPerRun;
        }
        if (inputs[i].shape != shape || nn::isFloat(inputs[i].type) != nn::isFloat(wanted.type)) {
            throw inputError("input '{}' is {} {}, but {} {} was given", wanted.name,
                             nn::toString(wanted.type), nn::toString(shape), nn::toString(inputs[i].type),
                             nn::toString(inputs[i].shape));
        }
    }
}

std::vector<nn::Tensor> Executor::State::runOnce(std::span<const nn::Tensor> inputs,
                                                 const Observer& observer) {
    useOneThread();
    values.clear();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        values.setTensor(part.inputs[i], inputs[i]);
        if (observer) {
            observer(part.inputs[i], inputs[i]);
        }
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const nn::Node& node = graph.node(part.nodes[i]);
        stopIfAsked(cancel);
        try {
            steps[i]->run(values, oneDnn);
        } catch (const dnnl::error& error) {
            throw workError("node '{}' ({}): oneDNN failed: {}", node.name, nn::operatorName(node.op),
                            error.what());
        }
        for (const nn::ValueId output : node.outputs) {
            if (observer && output != nn::kNoValue) {
                observer(output, values.tensor(output, oneDnn));
            }
        }
    }
    std::vector<nn::Tensor> results;
    for (const nn::ValueId output : part.outputs) {
        results.push_back(values.tensor(output, oneDnn));
    }
    return results;
}

Executor::Executor(nn::Graph graph, int batch, std::stop_token cancel) {
    std::vector<nn::Shape> shapes;
    for (const nn::ValueId input : graph.inputs) {
        shapes.push_back(graph.value(input).shape);
    }
    if (batch < 1) {
        throw inputError("a batch of {} samples was asked for; it must be at least 1", batch);
    }
    if (batch == 1) {
        state_ = std::make_unique<State>(std::move(graph), 1, 1, std::move(cancel));
    } else if (auto whole = batched(graph, batch)) {
        state_ = std::make_unique<State>(std::move(*whole), batch, batch, std::move(cancel));
    } else {
        state_ = std::make_unique<State>(std::move(graph), batch, 1, std::move(cancel));
    }
    state_->sampleShapes = std::move(shapes);
}

Executor::Executor(const nn::Graph& graph, GraphPart part, std::stop_token cancel) {
    std::vector<nn::Shape> shapes;
    for (const nn::ValueId input : part.inputs) {
        shapes.push_back(graph.value(input).shape);
    }
    state_ = std::make_unique<State>(graph, std::move(part), std::move(cancel));
    state_->sampleShapes = std::move(shapes);
}

Executor::~Executor() = default;
Executor::Executor(Executor&&) noexcept = default;
Executor& Executor::operator=(Executor&&) noexcept = default;

const nn::Shape& Executor::inputShape(std::size_t index) const {
    return state_->sampleShapes.at(index);
}

int Executor::batch() const {
    return state_->batch;
}

int Executor::samplesPerRun() const {
    return state_->samplesPerRun;
}

std::vector<nn::Tensor> Executor::run(std::span<const nn::Tensor> inputs) {
    return run(inputs, {});
}

std::vector<nn::Tensor> Executor::run(std::span<const nn::Tensor> inputs, const Observer& observer) {
    state_->checkInputs(inputs);
    if (state_->samplesPerRun == state_->batch) {
        return state_->runOnce(inputs, observer);
    }
    std::vector<nn::Tensor> results;
    for (int sample = 0; sample < state_->batch; ++sample) {
        std::vector<nn::Tensor> parts;
        for (const nn::Tensor& input : inputs) {
            const std::int64_t count = input.shape.empty() ? 0 : input.shape[0] / state_->batch;
            parts.push_back(input.shape.empty() ? input : rows(input, sample * count, count));
        }
        std::vector<nn::Tensor> outputs = state_->runOnce(parts, observer);
        if (sample == 0) {
            results = std::move(outputs);
            continue;
        }
        for (std::size_t i = 0; i < results.size(); ++i) {
            append(results[i], outputs[i]);
        }
    }
    return results;
}

std::vector<nn::Tensor> run(const nn::Graph& graph, std::span<const nn::Tensor> inputs) {
    return Executor(graph).run(inputs);
}

} // namespace tandem::train
