// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/zero_cost_proxies.h"

#include "core/base/error.h"
#include "core/train/executor.h"
#include "core/train/loss.h"
#include "core/train/trainable_network.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tandem::judge {

namespace {

/// A pivot that is smaller, in units of the kernel's diagonal, is rounding: the kernel is singular.
constexpr double kLeastPivot = 1e-12;

/// The same graph with activations that change nothing.
nn::Graph linearized(nn::Graph graph) {
    for (nn::Node& node : graph.nodes) {
        if (auto* activation = std::get_if<nn::Activation>(&node.op)) {
            *activation = {.kind = nn::ActivationKind::LeakyRelu, .alpha = 1.0F};
        }
    }
    return graph;
}

/// The output above which a rectifier counts as switched on.
std::optional<float> thresholdOf(const nn::Node& node) {
    const auto* activation = std::get_if<nn::Activation>(&node.op);
    if (activation == nullptr) {
        return std::nullopt;
    }
    switch (activation->kind) {
    case nn::ActivationKind::Relu:
    case nn::ActivationKind::LeakyRelu:
        return 0.0F;
    case nn::ActivationKind::Clip:
        return activation->low;
    default:
        return std::nullopt;
    }
}

/// For every input which rectifiers it switches on.
std::vector<std::vector<bool>> activationPatterns(const nn::Graph& graph,
                                                  std::span<const nn::Tensor> inputs) {
    std::unordered_map<nn::ValueId, float> thresholds;
    for (const nn::Node& node : graph.nodes) {
        if (const std::optional<float> threshold = thresholdOf(node)) {
            thresholds.emplace(node.outputs.at(0), *threshold);
        }
    }
    if (thresholds.empty()) {
        throw inputError("network '{}' has no rectifiers (ReLU, leaky ReLU or Clip), so nothing switches",
                         graph.name);
    }
    train::Executor executor(graph);
    std::vector<std::vector<bool>> patterns;
    for (const nn::Tensor& input : inputs) {
        std::vector<bool>& pattern = patterns.emplace_back();
        executor.run({&input, 1}, [&](nn::ValueId id, const nn::Tensor& tensor) {
            if (const auto found = thresholds.find(id); found != thresholds.end()) {
                for (const float value : tensor.floats()) {
                    pattern.push_back(value > found->second);
                }
            }
        });
    }
    return patterns;
}

double squaredNorm(const train::ParameterBlocks& gradients, std::span<const train::Parameter> parameters) {
    double sum = 0.0;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        if (parameters[p].role == train::ParameterRole::Weight) {
            for (const float gradient : gradients[p]) {
                sum += static_cast<double>(gradient) * static_cast<double>(gradient);
            }
        }
    }
    return sum;
}

} // namespace

double synFlow(const nn::Graph& graph) {
    const nn::Graph linear = linearized(graph);
    const std::vector<train::Parameter> parameters = train::parametersOf(linear);
    train::ParameterBlocks blocks = train::readParameters(linear, parameters);
    for (std::vector<float>& block : blocks) {
        std::ranges::transform(block, block.begin(), [](float value) { return std::abs(value); });
    }
    train::NetworkOptions options;
    options.statistics = train::BatchStatistics::Running;
    train::TrainableNetwork network(linear, 1, options);
    std::ranges::fill(network.input(), 1.0F);
    network.forward(blocks);
    std::ranges::fill(network.scoresGradient(), 1.0F);
    train::ParameterBlocks gradients;
    network.backward(blocks, gradients);
    double flow = 0.0;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        if (parameters[p].role == train::ParameterRole::Weight) {
            for (std::size_t i = 0; i < blocks[p].size(); ++i) {
                flow += static_cast<double>(blocks[p][i]) * static_cast<double>(gradients[p][i]);
            }
        }
    }
    if (!std::isfinite(flow)) {
        throw workError("network '{}' is too deep for its synaptic flow: float32 overflows", graph.name);
    }
    return flow;
}

double activationOverlap(const nn::Graph& graph, std::span<const nn::Tensor> inputs) {
    if (inputs.empty()) {
        throw inputError("network '{}': activation patterns need inputs", graph.name);
    }
    const std::vector<std::vector<bool>> patterns = activationPatterns(graph, inputs);
    const auto count = static_cast<Eigen::Index>(patterns.size());
    Eigen::MatrixXd kernel(count, count);
    for (Eigen::Index i = 0; i < count; ++i) {
        for (Eigen::Index j = 0; j <= i; ++j) {
            const auto &a = patterns[static_cast<std::size_t>(i)], &b = patterns[static_cast<std::size_t>(j)];
            std::int64_t alike = 0;
            for (std::size_t unit = 0; unit < a.size(); ++unit) {
                alike += a[unit] == b[unit] ? 1 : 0;
            }
            kernel(i, j) = kernel(j, i) = static_cast<double>(alike);
        }
    }
    const Eigen::LLT<Eigen::MatrixXd> factor(kernel);
    const Eigen::ArrayXd pivots = factor.matrixLLT().diagonal().array().square();
    if (factor.info() != Eigen::Success || pivots.minCoeff() < kLeastPivot * kernel(0, 0)) {
        return -std::numeric_limits<double>::infinity();
    }
    return pivots.log().sum();
}

double gradientNorm(const nn::Graph& graph, std::span<const nn::Tensor> inputs, std::span<const int> labels) {
    if (inputs.empty() || inputs.size() != labels.size()) {
        throw inputError(
            "network '{}': a gradient needs inputs with a label each, but there are {} inputs and {} "
            "labels",
            graph.name, inputs.size(), labels.size());
    }
    const auto samples = static_cast<int>(inputs.size());
    train::TrainableNetwork network(graph, samples);
    const std::size_t size = network.input().size() / inputs.size();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (!nn::isFloat(inputs[i].type) || inputs[i].floats().size() != size) {
            throw inputError("network '{}': input {} is {} {}, but {} floats are expected", graph.name, i,
                             nn::toString(inputs[i].type), nn::toString(inputs[i].shape), size);
        }
        std::ranges::copy(inputs[i].floats(),
                          network.input().begin() + static_cast<std::ptrdiff_t>(i * size));
    }
    const std::vector<train::Parameter> parameters = train::parametersOf(graph);
    const train::ParameterBlocks blocks = train::readParameters(graph, parameters);
    const std::span<const float> scores = network.forward(blocks);
    const std::size_t classes = scores.size() / inputs.size();
    std::vector<float> targets(scores.size());
    train::fillTargets(labels, 0.0, targets);
    std::ranges::fill(network.scoresGradient(), 0.0F);
    train::addCrossEntropy(scores, targets, classes, 1.0 / static_cast<double>(samples),
                           network.scoresGradient());
    train::ParameterBlocks gradients;
    network.backward(blocks, gradients);
    return std::sqrt(squaredNorm(gradients, parameters));
}

} // namespace tandem::judge
