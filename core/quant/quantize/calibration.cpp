// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/calibration.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/quant/lowering/pointwise.h"
#include "core/quant/quantize/float_batches.h"
#include "core/quant/quantize/lanes.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

namespace tandem::quant {

namespace {

/// Elements that are kept of all inputs together.
constexpr std::size_t kSample = 16384;

/// What one input contributes to a tensor's statistics.
struct Contribution {
    double minimum = 0.0, maximum = 0.0;
    std::vector<float> sample;
    std::vector<double> channelMeans;
};

Contribution contributionOf(const LoweredTensor& tensor, std::span<const float> values,
                            std::size_t samplePerInput) {
    const auto clamped = [&](float value) { return std::clamp(double{value}, tensor.low, tensor.high); };
    Contribution made;
    float least = values.front(), most = values.front();
    bool isFinite = true;
    for (const float value : values) {
        least = std::min(least, value);
        most = std::max(most, value);
        isFinite = isFinite && std::abs(value) <= std::numeric_limits<float>::max();
    }
    if (!isFinite) {
        throw inputError("feature map '{}' holds numbers that are not finite on a calibration input",
                         tensor.name);
    }
    made.minimum = static_cast<float>(clamped(least));
    made.maximum = static_cast<float>(clamped(most));
    // A step that shares no factor with common map widths visits all rows and columns alike.
    const std::size_t step = values.size() <= samplePerInput ? 1 : (values.size() / samplePerInput) | 1;
    for (std::size_t i = 0; i < values.size(); i += step) {
        made.sample.push_back(static_cast<float>(clamped(values[i])));
    }
    const std::size_t channels = static_cast<std::size_t>(tensor.shape.channels);
    const std::size_t area = values.size() / channels;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        const std::span<const float> plane = values.subspan(channel * area, area);
        const double sum = sumInLanes(area, [&](std::size_t i) { return clamped(plane[i]); });
        made.channelMeans.push_back(sum / static_cast<double>(area));
    }
    return made;
}

TensorStatistics merged(const std::vector<std::vector<Contribution>>& inputs, std::size_t tensor) {
    TensorStatistics result;
    result.minimum = inputs.front()[tensor].minimum;
    result.maximum = inputs.front()[tensor].maximum;
    result.channelMeans.resize(inputs.front()[tensor].channelMeans.size());
    for (const auto& input : inputs) {
        const Contribution& from = input[tensor];
        result.minimum = std::min(result.minimum, from.minimum);
        result.maximum = std::max(result.maximum, from.maximum);
        result.sample.insert(result.sample.end(), from.sample.begin(), from.sample.end());
        for (std::size_t channel = 0; channel < from.channelMeans.size(); ++channel) {
            result.channelMeans[channel] += from.channelMeans[channel] / static_cast<double>(inputs.size());
        }
    }
    std::ranges::sort(result.sample);
    if (result.sample.size() > kSample) {
        const std::vector<float> all = std::move(result.sample);
        result.sample.clear();
        for (std::size_t i = 0; i < kSample; ++i) {
            result.sample.push_back(all[i * (all.size() - 1) / (kSample - 1)]);
        }
    }
    return result;
}

/// Of two maps together; the channels of one after those of the other.
TensorStatistics joined(const TensorStatistics& a, const TensorStatistics& b) {
    TensorStatistics result;
    result.minimum = std::min(a.minimum, b.minimum);
    result.maximum = std::max(a.maximum, b.maximum);
    std::ranges::merge(a.sample, b.sample, std::back_inserter(result.sample));
    result.channelMeans = a.channelMeans;
    result.channelMeans.insert(result.channelMeans.end(), b.channelMeans.begin(), b.channelMeans.end());
    return result;
}

/// The statistics of a map that the graph does not hold, from those of what its layer reads.
TensorStatistics derived(const nn::Graph& graph, const LoweredLayer& layer,
                         const std::vector<TensorStatistics>& known) {
    const auto input = [&](std::size_t i) -> const TensorStatistics& {
        return known[static_cast<std::size_t>(layer.inputs[i])];
    };
    TensorStatistics made = input(0);
    const std::vector<double>& means = input(0).channelMeans;
    if (layer.function != nn::kNoValue) { // a table
        const std::vector<double> from(made.sample.begin(), made.sample.end());
        const std::vector<double> to = pointwiseValues(graph, layer.sources, layer.function, from);
        std::ranges::transform(to, made.sample.begin(), [](double x) { return static_cast<float>(x); });
        std::ranges::sort(made.sample);
        made.minimum = static_cast<double>(made.sample.front());
        made.maximum = static_cast<double>(made.sample.back());
        made.channelMeans = pointwiseValues(graph, layer.sources, layer.function, means);
    }
    if (!layer.repeat) { // zeros around every cell
        std::ranges::for_each(made.channelMeans,
                              [&](double& mean) { mean /= layer.factor.height * layer.factor.width; });
    }
    switch (traitsOf(layer.kind).channels) {
    case ChannelRule::Selected:
        made.channelMeans.clear();
        for (const int channel : layer.channels) {
            made.channelMeans.push_back(means[static_cast<std::size_t>(channel)]);
        }
        break;
    case ChannelRule::Joined:
        for (std::size_t i = 1; i < layer.inputs.size(); ++i) {
            made = joined(made, input(i));
        }
        break;
    case ChannelRule::Spread:
        for (int copy = 1; copy < layer.block * layer.block; ++copy) {
            made.channelMeans.insert(made.channelMeans.end(), means.begin(), means.end());
        }
        break;
    case ChannelRule::Gathered: {
        const std::size_t cells = static_cast<std::size_t>(layer.block * layer.block);
        made.channelMeans.assign(means.size() / cells, 0.0);
        for (std::size_t i = 0; i < means.size(); ++i) {
            made.channelMeans[i % made.channelMeans.size()] += means[i] / static_cast<double>(cells);
        }
        break;
    }
    case ChannelRule::Same:
    case ChannelRule::Own: // the graph holds what it computes
        break;
    }
    return made;
}

} // namespace

TensorStatistics classStatistics(const Lowering& lowering, const Calibration& calibration,
                                 const std::vector<int>& classes, int tensor) {
    const int wanted = classes.at(static_cast<std::size_t>(tensor));
    std::optional<TensorStatistics> all;
    const auto take = [&](int member) {
        if (classes[static_cast<std::size_t>(member)] == wanted) {
            const TensorStatistics& own = calibration.tensors[static_cast<std::size_t>(member)];
            all = all ? joined(*all, own) : own;
        }
    };
    take(lowering.input);
    for (const LoweredLayer& layer : lowering.layers) {
        if (!layer.keepsFormat()) {
            take(layer.output);
        }
    }
    return all.value();
}

std::vector<nn::Tensor> uniformInputs(const nn::Graph& graph, int count, std::uint64_t seed) {
    std::vector<nn::Tensor> inputs;
    for (int i = 0; i < count; ++i) {
        Random random = Random::stream(seed, static_cast<std::uint64_t>(i));
        nn::Tensor input = nn::Tensor::zeros(nn::ElementType::Float32, graph.value(graph.inputs.at(0)).shape);
        std::ranges::generate(input.floats(), [&] { return static_cast<float>(random.uniform()); });
        inputs.push_back(std::move(input));
    }
    return inputs;
}

Calibration calibrate(const nn::Graph& prepared, const Lowering& lowering, std::span<const nn::Tensor> inputs,
                      const Workers& workers, std::size_t samplePerInput) {
    if (prepared.inputs.size() != 1) {
        throw inputError("network '{}' has {} inputs; only networks with one input can be quantized",
                         prepared.name, prepared.inputs.size());
    }
    if (inputs.empty()) {
        throw inputError("network '{}': no calibration inputs were given", prepared.name);
    }
    const std::size_t size = batchSize(prepared);
    std::vector<std::optional<BatchExecutor>> executors(static_cast<std::size_t>(workers.count()));
    std::vector<std::vector<Contribution>> contributions(inputs.size());
    parallelFor((inputs.size() + size - 1) / size, workers, [&](std::size_t index, int worker) {
        auto& executor = executors[static_cast<std::size_t>(worker)];
        if (!executor) {
            executor.emplace(prepared, workers.cancel);
        }
        const std::size_t first = index * size, count = std::min(size, inputs.size() - first);
        const auto values = executor->record(inputs.subspan(first, count));
        for (std::size_t i = 0; i < count; ++i) {
            std::vector<Contribution>& made = contributions[first + i];
            made.resize(lowering.tensors.size());
            for (std::size_t tensor = 0; tensor < made.size(); ++tensor) {
                const nn::ValueId value = lowering.tensors[tensor].value;
                if (value != nn::kNoValue) {
                    const nn::Tensor& batch = values[static_cast<std::size_t>(value)].value();
                    made[tensor] =
                        contributionOf(lowering.tensors[tensor], sampleOf(batch, i, count), samplePerInput);
                }
            }
        }
    });
    Calibration calibration;
    calibration.tensors.resize(lowering.tensors.size());
    parallelFor(lowering.tensors.size(), workers, [&](std::size_t i, int) {
        if (lowering.tensors[i].value != nn::kNoValue) {
            calibration.tensors[i] = merged(contributions, i);
        }
    });
    for (const LoweredLayer& layer : lowering.layers) {
        const std::size_t output = static_cast<std::size_t>(layer.output);
        if (lowering.tensors[output].value == nn::kNoValue) {
            calibration.tensors[output] = derived(prepared, layer, calibration.tensors);
        }
    }
    return calibration;
}

} // namespace tandem::quant
