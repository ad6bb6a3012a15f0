// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/input_range.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <variant>

namespace tandem::data {

namespace {

using nn::BinaryKind;

/// y = factor * x + offset, the means over all channels.
struct Affine {
    double factor = 1.0, offset = 0.0;
};

double mean(const nn::Tensor& tensor) {
    const std::vector<float>& floats = tensor.floats();
    return std::accumulate(floats.begin(), floats.end(), 0.0) /
           static_cast<double>(std::max<std::size_t>(1, floats.size()));
}

const nn::Tensor* constantAt(const nn::Graph& graph, const nn::Node& node, std::size_t input) {
    const nn::ValueId id = input < node.inputs.size() ? node.inputs[input] : nn::kNoValue;
    const bool isFloat = id != nn::kNoValue && graph.value(id).constant && nn::isFloat(graph.value(id).type);
    return isFloat ? &*graph.value(id).constant : nullptr;
}

std::optional<Affine> affineOf(const nn::Graph& graph, const nn::Node& node, nn::ValueId x) {
    if (const auto* op = std::get_if<nn::BatchNormalization>(&node.op)) {
        std::array<double, 4> means{};
        for (std::size_t i = 0; i < means.size(); ++i) {
            const nn::Tensor* constant = constantAt(graph, node, i + 1);
            if (constant == nullptr) {
                return std::nullopt;
            }
            means[i] = mean(*constant);
        }
        const double factor = means[0] / std::sqrt(std::max(0.0, means[3]) + double{op->epsilon});
        return Affine{factor, means[1] - means[2] * factor};
    }
    const auto* op = std::get_if<nn::Binary>(&node.op);
    const bool isFirst = node.inputs.at(0) == x;
    const nn::Tensor* constant = op != nullptr ? constantAt(graph, node, isFirst ? 1 : 0) : nullptr;
    if (constant == nullptr) {
        return std::nullopt;
    }
    const double by = mean(*constant);
    switch (op->kind) {
    case BinaryKind::Add:
        return Affine{1.0, by};
    case BinaryKind::Subtract:
        return isFirst ? Affine{1.0, -by} : Affine{-1.0, by};
    case BinaryKind::Multiply:
        return Affine{by, 0.0};
    case BinaryKind::Divide:
        return isFirst && by != 0.0 ? std::optional(Affine{1.0 / by, 0.0}) : std::nullopt;
    case BinaryKind::Maximum:
        break;
    }
    return std::nullopt;
}

/// The range of a quantizer that reads the value.
std::optional<ByteRange> quantizedRange(const nn::Graph& graph, const nn::Node& node,
                                        nn::ElementType stored) {
    const nn::Tensor* scale = constantAt(graph, node, 1);
    if (scale == nullptr || scale->floats().size() != 1) {
        return std::nullopt;
    }
    nn::IntegerFormat format{8, false, false};
    double zero = 0.0;
    if (const auto* fake = std::get_if<nn::FakeQuantize>(&node.op)) {
        format = fake->format;
        const nn::Tensor* point = constantAt(graph, node, 2);
        zero = point != nullptr ? mean(*point) : 0.0;
    } else if (std::holds_alternative<nn::Quantize>(node.op)) {
        if (stored != nn::ElementType::Int8 && stored != nn::ElementType::UInt8) {
            return std::nullopt;
        }
        format.isSigned = stored == nn::ElementType::Int8;
        const nn::ValueId point = node.inputs.size() > 2 ? node.inputs[2] : nn::kNoValue;
        if (point != nn::kNoValue) {
            const auto& constant = graph.value(point).constant;
            if (!constant || constant->integers().size() != 1) {
                return std::nullopt;
            }
            zero = static_cast<double>(constant->integers()[0]);
        }
    } else {
        return std::nullopt;
    }
    const double step = double{scale->floats()[0]};
    return ByteRange{static_cast<float>(step * (format.low() - zero)),
                     static_cast<float>(step * (format.high() - zero))};
}

constexpr std::array<ByteRange, 3> kUsual{ByteRange{0, 1}, ByteRange{-1, 1}, ByteRange{0, 255}};

/// How far from a mean of 0 and a deviation of 1 a range's middle and quarter come out, in doublings.
double misfit(const ByteRange& range, const Affine& affine) {
    const double middle = affine.factor * (double{range.low} + double{range.high}) / 2.0 + affine.offset;
    const double deviation = std::abs(affine.factor) * (double{range.high} - double{range.low}) / 4.0;
    return std::abs(std::log2(std::max(deviation, 1e-12))) +
           std::log2(1.0 + std::abs(middle) / std::max(deviation, 1e-12));
}

/// The usual range that is nearest to a quantizer's, which may be somewhat wider or narrower.
ByteRange nearestUsual(const ByteRange& range) {
    const auto distance = [&](const ByteRange& usual) {
        const double width = double{usual.high} - double{usual.low};
        return (std::abs(double{usual.low} - double{range.low}) +
                std::abs(double{usual.high} - double{range.high})) /
               width;
    };
    const ByteRange usual = *std::ranges::min_element(kUsual, {}, distance);
    return distance(usual) < 0.1 ? usual : range;
}

bool onlyMoves(const nn::Operator& op) {
    return std::holds_alternative<nn::Reshape>(op) || std::holds_alternative<nn::Transpose>(op) ||
           std::holds_alternative<nn::Identity>(op) || std::holds_alternative<nn::Cast>(op) ||
           std::holds_alternative<nn::Pad>(op);
}

std::string rangeName(const ByteRange& range) {
    return fmt::format("{:.4g}..{:.4g}", range.low, range.high);
}

} // namespace

std::optional<FoundRange> inputRange(const nn::Graph& imported) {
    const std::vector<std::vector<nn::NodeId>> readers = imported.consumers();
    nn::ValueId x = imported.inputs.at(0);
    std::optional<Affine> normalized;
    std::string first;
    while (readers[static_cast<std::size_t>(x)].size() == 1) {
        const nn::Node& node = imported.node(readers[static_cast<std::size_t>(x)][0]);
        const nn::ValueId next = node.outputs.at(0);
        if (const auto range =
                normalized ? std::nullopt : quantizedRange(imported, node, imported.value(next).type)) {
            const ByteRange usual = nearestUsual(*range);
            return FoundRange{
                usual, fmt::format("{} '{}' takes {}", node.sourceOperator, node.name, rangeName(*range))};
        }
        if (const auto step = affineOf(imported, node, x)) {
            const Affine before = normalized.value_or(Affine{});
            normalized = {step->factor * before.factor, step->factor * before.offset + step->offset};
            first = first.empty() ? fmt::format("{} '{}'", node.sourceOperator, node.name) : first;
        } else if (!onlyMoves(node.op)) {
            break;
        }
        x = next;
    }
    if (!normalized) {
        return std::nullopt;
    }
    const ByteRange best = *std::ranges::min_element(
        kUsual, {}, [&](const ByteRange& range) { return misfit(range, *normalized); });
    return FoundRange{best, fmt::format("{} at the input normalizes {}", first, rangeName(best))};
}

} // namespace tandem::data
