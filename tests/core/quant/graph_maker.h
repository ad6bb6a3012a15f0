// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/nn/graph.h"

#include <string>
#include <utility>
#include <vector>

namespace tandem::test {

/// Writes small float networks down, layer after layer, with random weights.
class GraphMaker {
  public:
    explicit GraphMaker(nn::Shape input, std::uint64_t seed = 1) : random_(seed) {
        graph_.name = "made";
        graph_.inputs = {value("input", std::move(input))};
    }

    nn::ValueId input() const { return graph_.inputs.front(); }

    nn::ValueId convolution(nn::ValueId x, int channels, int kernel, int stride = 1, int groups = 1) {
        const nn::Shape in = graph_.value(x).shape;
        nn::Convolution op;
        op.kernel = {kernel, kernel};
        op.stride = {stride, stride};
        op.padding = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
        op.groups = groups;
        const std::int64_t perChannel = in[1] / groups * kernel * kernel;
        const nn::ValueId weights = constant({channels, in[1] / groups, kernel, kernel},
                                             1.0 / std::sqrt(static_cast<double>(perChannel)));
        const nn::ValueId bias = constant({channels}, 0.1);
        const auto extent = [&](std::int64_t size) { return (size + kernel / 2 * 2 - kernel) / stride + 1; };
        return node("Conv", op, {x, weights, bias}, {1, channels, extent(in[2]), extent(in[3])});
    }

    nn::ValueId linear(nn::ValueId x, int outputs) {
        const std::int64_t inputs = graph_.value(x).shape[1];
        const nn::ValueId weights = constant({outputs, inputs}, 1.0 / std::sqrt(static_cast<double>(inputs)));
        return node("Gemm", nn::Linear{}, {x, weights, constant({outputs}, 0.1)}, {1, outputs});
    }

    nn::ValueId relu(nn::ValueId x) { return same("Relu", nn::Activation{}, {x}); }
    nn::ValueId activation(nn::ValueId x, nn::ActivationKind kind, float low = 0, float high = 0) {
        nn::Activation op;
        op.kind = kind;
        op.low = low;
        op.high = high;
        return same(kind == nn::ActivationKind::Clip ? "Clip" : "Sigmoid", op, {x});
    }
    nn::ValueId add(nn::ValueId a, nn::ValueId b) { return same("Add", nn::Binary{}, {a, b}); }

    nn::ValueId pool(nn::ValueId x, nn::PoolKind kind, int kernel, int stride, int padding = 0) {
        const nn::Shape in = graph_.value(x).shape;
        nn::Pool op;
        op.kind = kind;
        op.kernel = {kernel, kernel};
        op.stride = {stride, stride};
        op.padding = {padding, padding, padding, padding};
        op.countPadding = true;
        const auto extent = [&](std::int64_t size) { return (size + 2 * padding - kernel) / stride + 1; };
        return node("Pool", op, {x}, {1, in[1], extent(in[2]), extent(in[3])});
    }
    nn::ValueId globalAverage(nn::ValueId x) {
        return node("GlobalAveragePool", nn::GlobalPool{}, {x}, {1, graph_.value(x).shape[1], 1, 1});
    }
    nn::ValueId flatten(nn::ValueId x) {
        return node("Flatten", nn::Reshape{}, {x}, {1, nn::elementCount(graph_.value(x).shape)});
    }
    nn::ValueId reshape(nn::ValueId x, nn::Shape shape) {
        return node("Reshape", nn::Reshape{}, {x}, std::move(shape));
    }
    nn::ValueId transpose(nn::ValueId x, std::vector<int> permutation) {
        nn::Shape shape;
        for (const int axis : permutation) {
            shape.push_back(graph_.value(x).shape[static_cast<std::size_t>(axis)]);
        }
        return node("Transpose", nn::Transpose{std::move(permutation)}, {x}, shape);
    }
    nn::ValueId softmax(nn::ValueId x) { return same("Softmax", nn::Softmax{}, {x}); }

    /// Any operator that keeps the shape of its first input.
    nn::ValueId same(const std::string& name, nn::Operator op, std::vector<nn::ValueId> inputs) {
        nn::Shape shape = graph_.value(inputs[0]).shape;
        return node(name, std::move(op), std::move(inputs), std::move(shape));
    }

    nn::ValueId node(const std::string& name, nn::Operator op, std::vector<nn::ValueId> inputs,
                     nn::Shape shape) {
        const std::string unique = name + std::to_string(graph_.nodes.size());
        const nn::ValueId out = value(unique + "_out", std::move(shape));
        graph_.nodes.push_back({unique, name, std::move(op), std::move(inputs), {out}});
        return out;
    }

    nn::Graph finish(std::vector<nn::ValueId> outputs) {
        graph_.outputs = std::move(outputs);
        graph_.check();
        return graph_;
    }

    /// A tensor of normal numbers times `scale`.
    nn::Tensor random(nn::Shape shape, double scale) {
        nn::Tensor tensor = nn::Tensor::zeros(nn::ElementType::Float32, std::move(shape));
        for (float& element : tensor.floats()) {
            element = static_cast<float>(scale * random_.normal());
        }
        return tensor;
    }

    const nn::Shape& shape(nn::ValueId x) const { return graph_.value(x).shape; }

    nn::ValueId concat(std::vector<nn::ValueId> inputs) {
        nn::Shape joined = shape(inputs[0]);
        joined[1] = 0;
        for (const nn::ValueId input : inputs) {
            joined[1] += shape(input)[1];
        }
        return node("Concat", nn::Concat{1}, std::move(inputs), joined);
    }

    std::vector<nn::ValueId> split(nn::ValueId x, int axis, std::vector<std::int64_t> sizes) {
        std::vector<nn::ValueId> parts;
        for (const std::int64_t size : sizes) {
            nn::Shape part = shape(x);
            part[static_cast<std::size_t>(axis)] = size;
            parts.push_back(value("part" + std::to_string(graph_.values.size()), std::move(part)));
        }
        graph_.nodes.push_back({"Split" + std::to_string(graph_.nodes.size()),
                                "Split",
                                nn::Split{axis, std::move(sizes)},
                                {x},
                                parts});
        return parts;
    }

    nn::ValueId numbers(nn::Shape shape, std::vector<float> elements) {
        return graph_.addConstant("constant" + std::to_string(graph_.values.size()),
                                  nn::Tensor::ofFloats(std::move(shape), std::move(elements)));
    }
    nn::ValueId constant(nn::Shape shape, double scale) {
        return graph_.addConstant("constant" + std::to_string(graph_.values.size()),
                                  random(std::move(shape), scale));
    }

  private:
    nn::ValueId value(std::string name, nn::Shape shape) {
        return graph_.addValue({std::move(name), nn::ElementType::Float32, std::move(shape), {}, {}});
    }

    nn::Graph graph_;
    Random random_;
};

} // namespace tandem::test
