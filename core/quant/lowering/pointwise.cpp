// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering/pointwise.h"

#include "core/base/error.h"
#include "core/quant/lowering/movement.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <unordered_map>

namespace tandem::quant {

namespace {

std::optional<double> numberOf(const nn::Graph& graph, nn::ValueId value) {
    if (value == nn::kNoValue || !graph.value(value).constant ||
        graph.value(value).constant->type != nn::ElementType::Float32 ||
        nn::elementCount(graph.value(value).shape) != 1) {
        return {};
    }
    return double{graph.value(value).constant->floats().front()};
}

double applied(const nn::Activation& op, double x) {
    const double alpha = double{op.alpha}, beta = double{op.beta};
    switch (op.kind) {
    case nn::ActivationKind::Relu:
        return std::max(x, 0.0);
    case nn::ActivationKind::LeakyRelu:
        return x < 0 ? alpha * x : x;
    case nn::ActivationKind::Clip:
        return std::min(std::max(x, double{op.low}), double{op.high});
    case nn::ActivationKind::Sigmoid:
        return 1.0 / (1.0 + std::exp(-x));
    case nn::ActivationKind::HardSigmoid:
        return std::clamp(alpha * x + beta, 0.0, 1.0);
    case nn::ActivationKind::HardSwish:
        return x * std::clamp(x / 6.0 + 0.5, 0.0, 1.0);
    case nn::ActivationKind::Tanh:
        return std::tanh(x);
    }
    return x;
}

double applied(const nn::Binary& op, double a, double b) {
    switch (op.kind) {
    case nn::BinaryKind::Add:
        return a + b;
    case nn::BinaryKind::Subtract:
        return a - b;
    case nn::BinaryKind::Multiply:
        return a * b;
    case nn::BinaryKind::Divide:
        return a / b;
    case nn::BinaryKind::Maximum:
        return std::max(a, b);
    }
    return a;
}

class Evaluation {
  public:
    Evaluation(const nn::Graph& graph, std::span<const nn::ValueId> sources)
        : graph_(graph), sources_(sources), producers_(graph.producers()) {}

    double at(nn::ValueId result, double x) {
        known_.clear();
        for (const nn::ValueId source : sources_) {
            known_[source] = x;
        }
        return of(result);
    }

  private:
    double of(nn::ValueId value) {
        if (const auto found = known_.find(value); found != known_.end()) {
            return found->second;
        }
        const double result = computed(value);
        known_[value] = result;
        return result;
    }

    double computed(nn::ValueId value) {
        if (const auto number = numberOf(graph_, value)) {
            return *number;
        }
        const nn::NodeId id = value == nn::kNoValue ? -1 : producers_[static_cast<std::size_t>(value)];
        if (id < 0) {
            throw workError("value '{}' is no function of one element", graph_.value(value).name);
        }
        const nn::Node& node = graph_.node(id);
        if (const auto* op = std::get_if<nn::Activation>(&node.op)) {
            return applied(*op, of(node.inputs[0]));
        }
        if (const auto* op = std::get_if<nn::Binary>(&node.op)) {
            return applied(*op, of(node.inputs[0]), of(node.inputs[1]));
        }
        if (std::holds_alternative<nn::BipolarQuantize>(node.op)) {
            const double scale = of(node.inputs[1]);
            return of(node.inputs[0]) >= 0 ? scale : -scale;
        }
        if (std::holds_alternative<nn::ParametricRelu>(node.op)) {
            const double x = of(node.inputs[0]);
            return x < 0 ? x * of(node.inputs[1]) : x;
        }
        if (isMovement(node)) {
            return of(node.inputs[0]);
        }
        throw workError("node '{}' ({}) is no function of one element", node.name, node.sourceOperator);
    }

    const nn::Graph& graph_;
    std::span<const nn::ValueId> sources_;
    std::vector<nn::NodeId> producers_;
    std::unordered_map<nn::ValueId, double> known_;
};

/// Copies what computes a value of the same elements, node by node; nodes that only move elements fall out.
class FunctionCopy {
  public:
    FunctionCopy(const nn::Graph& graph, std::span<const nn::ValueId> sources, const nn::Shape& shape)
        : graph_(graph), producers_(graph.producers()), shape_(shape) {
        const nn::ValueId input = made_.addValue({"x", nn::ElementType::Float32, shape, {}, {}});
        made_.inputs = {input};
        for (const nn::ValueId source : sources) {
            moved_[source] = input;
        }
    }

    nn::Graph run(nn::ValueId result) {
        made_.name = graph_.value(result).name;
        made_.outputs = {copied(result)};
        return std::move(made_);
    }

  private:
    nn::ValueId copied(nn::ValueId value) {
        if (const auto found = moved_.find(value); found != moved_.end()) {
            return found->second;
        }
        const nn::ValueId made = copy(value);
        moved_[value] = made;
        return made;
    }

    nn::ValueId copy(nn::ValueId value) {
        if (const auto& constant = graph_.value(value).constant) { // one number, whatever its shape
            return made_.addConstant(graph_.value(value).name,
                                     nn::Tensor::ofFloats({1}, {constant->floats().front()}));
        }
        nn::Node node = graph_.node(producers_[static_cast<std::size_t>(value)]);
        if (isMovement(node)) {
            return copied(node.inputs[0]);
        }
        for (nn::ValueId& input : node.inputs) {
            input = copied(input);
        }
        node.outputs = {made_.addValue({graph_.value(value).name, nn::ElementType::Float32, shape_, {}, {}})};
        made_.nodes.push_back(node);
        return node.outputs[0];
    }

    const nn::Graph& graph_;
    std::vector<nn::NodeId> producers_;
    nn::Shape shape_;
    nn::Graph made_;
    std::unordered_map<nn::ValueId, nn::ValueId> moved_;
};

} // namespace

bool isPointwise(const nn::Graph& graph, const nn::Node& node) {
    if (std::holds_alternative<nn::Activation>(node.op)) {
        return true;
    }
    if (std::holds_alternative<nn::ParametricRelu>(node.op) ||
        std::holds_alternative<nn::BipolarQuantize>(node.op)) {
        return numberOf(graph, node.inputs[1]).has_value();
    }
    if (!std::holds_alternative<nn::Binary>(node.op)) {
        return false;
    }
    // One number must not make the result larger than the other input.
    for (std::size_t constant = 0; constant < 2; ++constant) {
        if (numberOf(graph, node.inputs[constant]) &&
            graph.value(node.inputs[1 - constant]).shape == graph.value(node.outputs[0]).shape) {
            return true;
        }
    }
    return false;
}

bool isNeverNegative(const nn::Node& node) {
    const auto* op = std::get_if<nn::Activation>(&node.op);
    return op != nullptr &&
           (op->kind == nn::ActivationKind::Relu || op->kind == nn::ActivationKind::Sigmoid ||
            op->kind == nn::ActivationKind::HardSigmoid ||
            (op->kind == nn::ActivationKind::Clip && op->low >= 0.0F));
}

std::vector<double> pointwiseValues(const nn::Graph& graph, std::span<const nn::ValueId> sources,
                                    nn::ValueId result, std::span<const double> xs) {
    Evaluation evaluation(graph, sources);
    std::vector<double> values;
    std::ranges::transform(xs, std::back_inserter(values),
                           [&](double x) { return evaluation.at(result, x); });
    return values;
}

nn::Graph pointwiseGraph(const nn::Graph& graph, std::span<const nn::ValueId> sources, nn::ValueId result,
                         const nn::Shape& shape) {
    return FunctionCopy(graph, sources, shape).run(result);
}

} // namespace tandem::quant
