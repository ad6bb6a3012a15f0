// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/float_batches.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <variant>

namespace tandem::quant {

namespace {

constexpr double kMostInputs = 16;
/// Elements of all feature maps of a batch together.
constexpr double kMostElements = 4e6;
/// Multiply-accumulates of one node: some hundredths of a second.
constexpr double kMostMacsOfNode = 1e9;

void append(nn::Tensor& whole, const nn::Tensor& part) {
    whole.shape.at(0) += part.shape.at(0);
    std::visit(
        [&](auto& elements) {
            const auto& more = std::get<std::decay_t<decltype(elements)>>(part.data);
            elements.insert(elements.end(), more.begin(), more.end());
        },
        whole.data);
}

} // namespace

std::size_t batchSize(const nn::Graph& graph) {
    double elements = 1.0, macs = 1.0;
    for (const nn::Value& value : graph.values) {
        elements += value.constant ? 0.0 : static_cast<double>(nn::elementCount(value.shape));
    }
    for (const nn::Node& node : graph.nodes) {
        macs = std::max(macs, static_cast<double>(nn::multiplyAccumulates(graph, node)));
    }
    const double fitting = std::min(kMostElements / elements, kMostMacsOfNode / macs);
    return static_cast<std::size_t>(std::clamp(fitting, 1.0, kMostInputs));
}

nn::Tensor joined(std::span<const nn::Tensor> inputs) {
    nn::Tensor whole = inputs.front();
    for (const nn::Tensor& input : inputs.subspan(1)) {
        append(whole, input);
    }
    return whole;
}

BatchExecutor::BatchExecutor(const nn::Graph& graph, std::stop_token cancel, std::vector<nn::ValueId> outputs)
    : graph_(&graph),
      cancel_(std::move(cancel)),
      outputs_(outputs.empty() ? graph.outputs : std::move(outputs)) {}

train::Executor& BatchExecutor::executorOf(std::size_t batch) {
    if (!executor_ || executor_->batch() != static_cast<int>(batch)) {
        executor_.reset(); // before there is another
        if (batch == 1) {  // large networks: nothing is copied
            std::vector<nn::NodeId> nodes(graph_->nodes.size());
            std::iota(nodes.begin(), nodes.end(), 0);
            executor_.emplace(*graph_, train::GraphPart{graph_->inputs, std::move(nodes), outputs_}, cancel_);
        } else {
            nn::Graph graph = *graph_;
            graph.outputs = outputs_;
            executor_.emplace(std::move(graph), static_cast<int>(batch), cancel_);
        }
    }
    return *executor_;
}

std::vector<nn::Tensor> BatchExecutor::run(std::span<const nn::Tensor> inputs) {
    const nn::Tensor batch = joined(inputs);
    return executorOf(inputs.size()).run(std::span(&batch, 1));
}

std::vector<std::optional<nn::Tensor>> BatchExecutor::record(std::span<const nn::Tensor> inputs) {
    std::vector<std::optional<nn::Tensor>> values(graph_->values.size());
    const nn::Tensor batch = joined(inputs);
    executorOf(inputs.size()).run(std::span(&batch, 1), [&](nn::ValueId id, const nn::Tensor& tensor) {
        std::optional<nn::Tensor>& value = values[static_cast<std::size_t>(id)];
        if (value && !tensor.shape.empty()) { // samples run one by one
            append(*value, tensor);
        } else {
            value = tensor;
        }
    });
    return values;
}

std::span<const float> sampleOf(const nn::Tensor& batch, std::size_t index, std::size_t count) {
    const std::size_t size = batch.floats().size() / count;
    return std::span(batch.floats()).subspan(index * size, size);
}

} // namespace tandem::quant
