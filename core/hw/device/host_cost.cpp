// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/host_cost.h"

#include <algorithm>
#include <numeric>

namespace tandem::hw {

namespace {

constexpr double kTranscendental = 20.0; ///< operations of an exponential in a compiled library
constexpr double kFloatBytes = 4.0;
/// Multiply, add, round down, two limits; and back: subtract, multiply.
constexpr double kQuantizeOperations = 5.0, kDequantizeOperations = 2.0;

double countOf(const nn::Graph& graph, nn::ValueId id) {
    if (id == nn::kNoValue) {
        return 0.0;
    }
    double count = 1.0;
    for (const std::int64_t extent : graph.value(id).shape) {
        count *= static_cast<double>(extent);
    }
    return count;
}

/// Operations of one node, given how many elements it reads (of its first input) and writes.
struct Operations {
    double read, written;

    double operator()(const nn::Softmax&) const { return (kTranscendental + 3.0) * written; }
    double operator()(const nn::Activation& op) const {
        const bool cheap = op.kind == nn::ActivationKind::Relu || op.kind == nn::ActivationKind::Clip;
        return (cheap ? 2.0 : kTranscendental + 2.0) * written;
    }
    double operator()(const nn::LocalResponseNormalization&) const {
        return (2.0 * kTranscendental + 10.0) * written;
    }
    double operator()(const nn::BatchNormalization&) const { return 2.0 * written; }
    double operator()(const nn::Pool& op) const {
        return static_cast<double>(op.kernel.height) * op.kernel.width * written;
    }
    double operator()(const nn::GlobalPool&) const { return read; }
    double operator()(const nn::ReduceMean&) const { return read; }
    double operator()(const nn::Quantize&) const { return kQuantizeOperations * written; }
    double operator()(const nn::Dequantize&) const { return kDequantizeOperations * written; }
    double operator()(const nn::FakeQuantize&) const {
        return (kQuantizeOperations + kDequantizeOperations) * written;
    }
    double operator()(const nn::Truncate&) const {
        return (kQuantizeOperations + kDequantizeOperations) * written;
    }
    double operator()(const nn::Reshape&) const { return 0.0; }
    double operator()(const nn::Identity&) const { return 0.0; }
    template <typename Op>
    double operator()(const Op&) const {
        return written; // moves or combines elements; products are counted apart
    }
};

bool movesNothing(const nn::Node& node) {
    return std::holds_alternative<nn::Reshape>(node.op) || std::holds_alternative<nn::Identity>(node.op);
}

HostOperator costOf(const nn::Graph& graph, const nn::Node& node, const Device& device) {
    HostOperator cost{node.name, std::string(nn::operatorName(node.op)), 0.0, 0.0, 0.0};
    double written = 0.0;
    for (const nn::ValueId output : node.outputs) {
        written += countOf(graph, output);
    }
    const double read = node.inputs.empty() ? 0.0 : countOf(graph, node.inputs[0]);
    cost.operations = std::visit(Operations{read, written}, node.op) +
                      2.0 * static_cast<double>(nn::multiplyAccumulates(graph, node));
    if (!movesNothing(node)) {
        cost.bytes = written * kFloatBytes;
        for (const nn::ValueId input : node.inputs) {
            cost.bytes += countOf(graph, input) * kFloatBytes;
        }
    }
    cost.milliseconds = hostMilliseconds(cost.operations, cost.bytes, device);
    return cost;
}

} // namespace

double hostMilliseconds(double operations, double bytes, const Device& device) {
    const double computing = device.hostGflops > 0.0 ? operations / (device.hostGflops * 1e6) : 0.0;
    const double moving = device.hostGBperS > 0.0 ? bytes / (device.hostGBperS * 1e6) : 0.0;
    return std::max(computing, moving);
}

std::vector<HostOperator> hostOperators(const nn::Graph& part, const Device& device) {
    std::vector<HostOperator> operators;
    std::ranges::transform(part.nodes, std::back_inserter(operators),
                           [&](const nn::Node& node) { return costOf(part, node, device); });
    return operators;
}

std::vector<HostOperator> hostOperators(const nn::Graph& before, std::int64_t inputs, std::int64_t outputs,
                                        const nn::Graph& after, const Device& device) {
    const auto conversion = [&](const char* name, const char* kind, std::int64_t count, double operations) {
        const double elements = static_cast<double>(count);
        const double bytes = elements * (kFloatBytes + 1.0);
        return HostOperator{name, kind, elements * operations, bytes,
                            hostMilliseconds(elements * operations, bytes, device)};
    };
    std::vector<HostOperator> operators = hostOperators(before, device);
    operators.push_back(conversion("input", "quantize", inputs, kQuantizeOperations));
    operators.push_back(conversion("output", "dequantize", outputs, kDequantizeOperations));
    std::ranges::move(hostOperators(after, device), std::back_inserter(operators));
    return operators;
}

double totalMilliseconds(std::span<const HostOperator> operators) {
    return std::accumulate(operators.begin(), operators.end(), 0.0,
                           [](double sum, const HostOperator& each) { return sum + each.milliseconds; });
}

} // namespace tandem::hw
