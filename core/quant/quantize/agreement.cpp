// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/agreement.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/float_batches.h"
#include "core/train/executor.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <memory>
#include <numbers>
#include <optional>

namespace tandem::quant {

namespace {

constexpr double kLeastExponent = -8.0, kExponentStep = 0.05; // of log10(noise)
constexpr int kTableSize = 221;                               // up to 10^3
constexpr std::size_t kRivals = 32; // elements behind the first that may overtake it

/// The standard normal distribution function.
double normalShare(double x) {
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double power(const Outputs& outputs) {
    double sum = 0.0;
    for (const auto& output : outputs) {
        for (const float value : output) {
            sum += double{value} * value;
        }
    }
    return sum;
}

/// Gaps between the largest element and those behind it, ascending.
std::vector<double> gapsOf(const std::vector<float>& output) {
    std::vector<float> sorted = output;
    const std::size_t kept = std::min(sorted.size(), kRivals + 1);
    std::ranges::partial_sort(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(kept), std::greater<>());
    std::vector<double> gaps;
    for (std::size_t i = 1; i < kept; ++i) {
        gaps.push_back(double{sorted[0]} - sorted[i]);
    }
    return gaps;
}

/// The chance that the top element x = z * deviation stays above all rivals at -gap: the integral over z of
/// phi(z) * prod Phi(z + gap / deviation), by the midpoint rule.
double keepsTop(const std::vector<double>& gaps, double deviation) {
    constexpr int kSteps = 24;
    constexpr double kReach = 3.5;
    double sum = 0.0, weights = 0.0;
    for (int i = 0; i < kSteps; ++i) {
        const double z = kReach * (2.0 * (i + 0.5) / kSteps - 1.0);
        const double weight = std::exp(-0.5 * z * z);
        double share = 1.0;
        for (const double gap : gaps) {
            share *= normalShare(z + gap / deviation);
        }
        sum += weight * share;
        weights += weight;
    }
    return sum / weights;
}

/// The graph's outputs, before softmaxes and before they become integers.
std::vector<nn::ValueId> scoresOf(const nn::Graph& graph) {
    std::vector<nn::ValueId> scores = graph.outputs;
    for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
        for (const nn::ValueId output : node->outputs) {
            const bool isScore = output == nn::kNoValue || (!std::holds_alternative<nn::Softmax>(node->op) &&
                                                            nn::isFloat(graph.value(output).type));
            if (!isScore) {
                std::ranges::replace(scores, output, node->inputs.at(0));
            }
        }
    }
    return scores;
}

/// What the host tail makes of what leaves the accelerator.
Outputs behindTail(const IntegerNetwork& network, std::span<const std::vector<std::int32_t>> leaving,
                   const Workers& workers) {
    nn::Graph tail = network.after;
    tail.outputs = scoresOf(tail);
    std::vector<std::unique_ptr<train::Executor>> executors(static_cast<std::size_t>(workers.count()));
    Outputs outputs(leaving.size());
    parallelFor(leaving.size(), workers, [&](std::size_t index, int worker) {
        auto& executor = executors[static_cast<std::size_t>(worker)];
        if (!executor) {
            executor = std::make_unique<train::Executor>(tail, 1, workers.cancel);
        }
        const nn::Tensor map = leavingMap(network, leaving[index]);
        for (const nn::Tensor& output : executor->run({&map, 1})) {
            outputs[index].insert(outputs[index].end(), output.floats().begin(), output.floats().end());
        }
    });
    return outputs;
}

} // namespace

std::vector<TensorContent> judgedContent(const nn::Graph& prepared, const Lowering& lowering) {
    if (lowering.tail.empty()) {
        return contentOf(lowering, lowering.output);
    }
    std::vector<TensorContent> content;
    for (const nn::ValueId value : scoresOf(prepared)) {
        content.push_back({value, -1});
    }
    return content;
}

void clampJudged(const Lowering& lowering, const TensorContent& part, std::span<float> elements) {
    if (part.tensor < 0) {
        return;
    }
    const LoweredTensor& tensor = lowering.tensors[static_cast<std::size_t>(part.tensor)];
    for (float& element : elements) {
        element = static_cast<float>(std::clamp(double{element}, tensor.low, tensor.high));
    }
}

Outputs judgedOutputs(const Lowering& lowering, std::span<const TensorContent> judged,
                      std::span<const nn::Tensor> values, std::size_t count) {
    Outputs outputs(count);
    for (std::size_t part = 0; part < judged.size(); ++part) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::span<const float> own = sampleOf(values[part], i, count);
            std::vector<float>& output = outputs[i];
            output.insert(output.end(), own.begin(), own.end());
            clampJudged(lowering, judged[part], std::span(output).last(own.size()));
        }
    }
    return outputs;
}

Outputs referenceOutputs(const nn::Graph& prepared, const Lowering& lowering,
                         std::span<const nn::Tensor> inputs, const Workers& workers) {
    const std::vector<TensorContent> judged = judgedContent(prepared, lowering);
    std::vector<nn::ValueId> wanted;
    std::ranges::transform(judged, std::back_inserter(wanted), &TensorContent::value);
    const std::size_t size = batchSize(prepared);
    std::vector<std::optional<BatchExecutor>> executors(static_cast<std::size_t>(workers.count()));
    Outputs outputs(inputs.size());
    parallelFor((inputs.size() + size - 1) / size, workers, [&](std::size_t index, int worker) {
        auto& executor = executors[static_cast<std::size_t>(worker)];
        if (!executor) {
            executor.emplace(prepared, workers.cancel, wanted);
        }
        const std::size_t first = index * size, count = std::min(size, inputs.size() - first);
        const std::vector<nn::Tensor> values = executor->run(inputs.subspan(first, count));
        std::ranges::move(judgedOutputs(lowering, judged, values, count),
                          outputs.begin() + static_cast<std::ptrdiff_t>(first));
    });
    return outputs;
}

Outputs integerOutputs(const IntegerNetwork& network, std::span<const nn::Tensor> inputs,
                       const Workers& workers) {
    const TensorFormat& format = network.tensors[static_cast<std::size_t>(network.output())].format;
    const std::vector<std::vector<std::int32_t>> leaving = runAccelerator(network, inputs, workers);
    if (network.hasHostTail) {
        return behindTail(network, leaving, workers);
    }
    Outputs outputs;
    for (const std::vector<std::int32_t>& integers : leaving) {
        outputs.push_back(dequantizeMap(integers, format));
    }
    return outputs;
}

std::size_t topIndex(std::span<const float> output) {
    return static_cast<std::size_t>(std::ranges::max_element(output) - output.begin());
}

double Agreement::signalToNoise() const {
    return relativeNoise > 0 ? -10.0 * std::log10(relativeNoise) : std::numeric_limits<double>::infinity();
}

Agreement measureAgreement(const Outputs& reference, const Outputs& outputs) {
    if (reference.size() != outputs.size() || reference.empty()) {
        throw workError("{} outputs to compare with {} reference outputs", outputs.size(), reference.size());
    }
    double noise = 0.0;
    std::size_t same = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        if (reference[i].size() != outputs[i].size() || reference[i].empty()) {
            throw workError("an output of {} elements to compare with a reference of {}", outputs[i].size(),
                            reference[i].size());
        }
        for (std::size_t k = 0; k < reference[i].size(); ++k) {
            const double difference = double{outputs[i][k]} - reference[i][k];
            noise += difference * difference;
        }
        same += topIndex(reference[i]) == topIndex(outputs[i]) ? 1 : 0;
    }
    const double signal = power(reference);
    Agreement result;
    result.topOne = static_cast<double>(same) / static_cast<double>(reference.size());
    result.relativeNoise = signal > 0 ? noise / signal : (noise > 0 ? 1.0 : 0.0);
    return result;
}

AgreementModel::AgreementModel(const Outputs& reference) {
    std::size_t elements = 0;
    std::vector<std::vector<double>> gaps;
    for (const auto& output : reference) {
        elements += output.size();
        gaps.push_back(gapsOf(output));
    }
    const double meanPower = elements > 0 ? power(reference) / static_cast<double>(elements) : 0.0;
    for (int i = 0; i < kTableSize; ++i) {
        const double noise = std::pow(10.0, kLeastExponent + kExponentStep * i);
        const double deviation = std::sqrt(std::max(noise * meanPower, std::numeric_limits<double>::min()));
        double sum = 0.0;
        for (const auto& output : gaps) {
            sum += keepsTop(output, deviation);
        }
        table_.push_back(gaps.empty() ? 0.0 : sum / static_cast<double>(gaps.size()));
        if (i > 0) {
            table_.back() = std::min(table_.back(), table_[static_cast<std::size_t>(i) - 1]);
        }
    }
}

double AgreementModel::predict(double relativeNoise) const {
    if (table_.empty()) {
        return 0.0;
    }
    if (!(relativeNoise > 0)) {
        return 1.0;
    }
    const double position = (std::log10(relativeNoise) - kLeastExponent) / kExponentStep;
    const double inside = std::clamp(position, 0.0, static_cast<double>(table_.size() - 1));
    const std::size_t below = std::min(static_cast<std::size_t>(inside), table_.size() - 2);
    const double share = inside - static_cast<double>(below);
    return table_[below] * (1.0 - share) + table_[below + 1] * share;
}

} // namespace tandem::quant
