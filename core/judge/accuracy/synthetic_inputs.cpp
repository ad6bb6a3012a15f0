// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/synthetic_inputs.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/quant/lowering/lowering.h"
#include "core/quant/quantize/agreement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace tandem::judge {

namespace {

struct ValueRange {
    double low = 0.0, high = 1.0;
};

/// Usual ranges of inputs, the likeliest first.
constexpr std::array<ValueRange, 4> kUsualRanges{{{0, 1}, {-1, 1}, {0, 255}, {-2.5, 2.5}}};
/// Entropy (nats) that a less likely range must gain to be taken.
constexpr double kPreference = 0.15;
constexpr int kCandidatesPerInput = 8, kCandidatesPerRange = 64;
/// Multiply-accumulates that choosing may cost.
constexpr double kWorkBudget = 1.5e10;
/// The same of choosing a range by the fewest pictures, else none is chosen; and of running all inputs once,
/// else fewer are made.
constexpr double kRangeBudget = 1e11, kInputsBudget = 8e10;
constexpr int kFewestInputs = 4, kFewestPerRange = 4;

/// Rows, columns and the number of pictures in one input: the last two axes are the picture, unless the last
/// one looks like colours.
struct Layout {
    int planes = 1, rows = 1, columns = 1;
    bool planesLast = false;
};

Layout layoutOf(const nn::Shape& shape) {
    Layout layout;
    const std::size_t rank = shape.size();
    const auto size = [&](std::size_t axis) { return static_cast<int>(shape[axis]); };
    layout.planesLast = rank == 4 && shape[3] <= 4 && shape[1] > 4;
    if (layout.planesLast) {
        return {size(3), size(1), size(2), true};
    }
    layout.columns = rank > 0 ? size(rank - 1) : 1;
    layout.rows = rank > 1 ? size(rank - 2) : 1;
    for (std::size_t axis = 0; axis + 2 < rank; ++axis) {
        layout.planes *= size(axis);
    }
    return layout;
}

/// A field of normal numbers on a grid of cells `pitch` wide, joined bilinearly.
void addField(std::vector<double>& plane, const Layout& layout, int pitch, double weight, Random& random) {
    const int gridRows = (layout.rows - 1) / pitch + 2, gridColumns = (layout.columns - 1) / pitch + 2;
    std::vector<double> grid(static_cast<std::size_t>(gridRows * gridColumns));
    std::ranges::generate(grid, [&] { return weight * random.normal(); });
    const auto cell = [&](int row, int column) {
        return grid[static_cast<std::size_t>(row * gridColumns + column)];
    };
    for (int row = 0; row < layout.rows; ++row) {
        for (int column = 0; column < layout.columns; ++column) {
            const int r = row / pitch, c = column / pitch;
            const double down = static_cast<double>(row % pitch) / pitch;
            const double right = static_cast<double>(column % pitch) / pitch;
            plane[static_cast<std::size_t>(row * layout.columns + column)] +=
                (1 - down) * ((1 - right) * cell(r, c) + right * cell(r, c + 1)) +
                down * ((1 - right) * cell(r + 1, c) + right * cell(r + 1, c + 1));
        }
    }
}

/// One picture of all scales: values around 0 with about unit deviation.
std::vector<double> plane(const Layout& layout, Random& random) {
    std::vector<double> values(static_cast<std::size_t>(layout.rows * layout.columns), 0.0);
    const double roughness = random.uniform();
    double scale = 1.0;
    for (int pitch = std::max({1, layout.rows / 2, layout.columns / 2});; pitch = std::max(1, pitch / 2)) {
        addField(values, layout, pitch, scale, random);
        scale *= roughness;
        if (pitch == 1) {
            break;
        }
    }
    return values;
}

nn::Tensor picture(const nn::Shape& shape, const ValueRange& range, Random& random) {
    const Layout layout = layoutOf(shape);
    const double brightness = 0.5 + 0.25 * random.normal(), contrast = 0.05 + 0.45 * random.uniform();
    const double colour = random.uniform();
    const std::vector<double> common = plane(layout, random);
    nn::Tensor tensor = nn::Tensor::zeros(nn::ElementType::Float32, shape);
    for (int p = 0; p < layout.planes; ++p) {
        const std::vector<double> own = plane(layout, random);
        const double shift = brightness + 0.15 * colour * random.normal();
        for (std::size_t i = 0; i < own.size(); ++i) {
            const double value = shift + contrast * ((1.0 - colour) * common[i] + colour * own[i]);
            const std::size_t place =
                layout.planesLast ? i * static_cast<std::size_t>(layout.planes) + static_cast<std::size_t>(p)
                                  : static_cast<std::size_t>(p) * own.size() + i;
            tensor.floats()[place] =
                static_cast<float>(range.low + (range.high - range.low) * std::clamp(value, 0.0, 1.0));
        }
    }
    return tensor;
}

std::vector<nn::Tensor> pictures(const nn::Shape& shape, const ValueRange& range, int count,
                                 std::uint64_t seed) {
    std::vector<nn::Tensor> made;
    for (int i = 0; i < count; ++i) {
        Random random = Random::stream(seed, static_cast<std::uint64_t>(i));
        made.push_back(picture(shape, range, random));
    }
    return made;
}

/// Which candidates give which answer.
using Answers = std::map<std::size_t, std::vector<std::size_t>>;

Answers answersTo(const nn::Graph& graph, const quant::Lowering& lowering,
                  const std::vector<nn::Tensor>& inputs, const Workers& workers) {
    const quant::Outputs outputs = quant::referenceOutputs(graph, lowering, inputs, workers);
    Answers answers;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        answers[quant::topIndex(outputs[i])].push_back(i);
    }
    return answers;
}

double entropy(const Answers& answers, std::size_t count) {
    double sum = 0.0;
    for (const auto& [answer, inputs] : answers) {
        const double share = static_cast<double>(inputs.size()) / static_cast<double>(count);
        sum -= share * std::log(share);
    }
    return sum;
}

ValueRange rangeOf(const nn::Graph& graph, const quant::Lowering& lowering, int candidates,
                   std::uint64_t seed, const Workers& workers) {
    const nn::Value& input = graph.value(graph.inputs.at(0));
    if (input.quantization && input.quantization->scales.size() == 1) {
        const nn::Quantization& q = *input.quantization;
        const double zero = q.zeroPoints.empty() ? 0.0 : static_cast<double>(q.zeroPoints[0]);
        const double low = q.isSigned ? -std::exp2(q.bits - 1) : 0.0;
        const double scale = static_cast<double>(q.scales[0]);
        return {scale * (low - zero), scale * (low + std::exp2(q.bits) - 1.0 - zero)};
    }
    if (candidates == 0) {
        return kUsualRanges.front();
    }
    ValueRange best;
    double most = -1.0;
    for (std::size_t i = 0; i < kUsualRanges.size(); ++i) {
        const std::vector<nn::Tensor> inputs = pictures(input.shape, kUsualRanges[i], candidates, seed);
        const double varied = entropy(answersTo(graph, lowering, inputs, workers), inputs.size()) -
                              kPreference * static_cast<double>(i);
        if (varied > most) {
            most = varied;
            best = kUsualRanges[i];
        }
    }
    return best;
}

} // namespace

std::vector<nn::Tensor> syntheticInputs(const nn::Graph& prepared, int count, std::uint64_t seed,
                                        const Workers& workers) {
    if (prepared.inputs.size() != 1) {
        throw inputError("network '{}' has {} inputs; inputs can be made up for networks with one",
                         prepared.name, prepared.inputs.size());
    }
    const quant::Lowering lowering = quant::lower(prepared);
    double work = 1.0;
    for (const nn::Node& node : prepared.nodes) {
        work += static_cast<double>(nn::multiplyAccumulates(prepared, node));
    }
    const int affordable = static_cast<int>(std::min(1e6, kWorkBudget / work));
    const bool isRangeChosen = work * kFewestPerRange * kUsualRanges.size() <= kRangeBudget;
    const int perRange = isRangeChosen ? std::clamp(affordable / 8, kFewestPerRange, kCandidatesPerRange) : 0;
    const int fitting = static_cast<int>(std::min(1e6, kInputsBudget / work));
    const int wanted = std::clamp(count, 1, std::max(fitting, kFewestInputs));
    const int candidates = std::clamp(affordable / 2, wanted, wanted * kCandidatesPerInput);
    const ValueRange range = rangeOf(prepared, lowering, perRange, seed, workers);
    std::vector<nn::Tensor> made =
        pictures(prepared.value(prepared.inputs[0]).shape, range, candidates, seed);
    if (candidates == wanted) {
        return made; // none can be chosen
    }
    const Answers answers = answersTo(prepared, lowering, made, workers);
    // Every answer gives its next candidate in turn.
    std::vector<nn::Tensor> chosen;
    for (std::size_t turn = 0; chosen.size() < static_cast<std::size_t>(wanted); ++turn) {
        for (const auto& [answer, inputs] : answers) {
            if (turn < inputs.size() && chosen.size() < static_cast<std::size_t>(wanted)) {
                chosen.push_back(std::move(made[inputs[turn]]));
            }
        }
    }
    return chosen;
}

} // namespace tandem::judge
