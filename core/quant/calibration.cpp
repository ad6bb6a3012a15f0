// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/calibration.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/train/executor.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_map>

namespace tandem::quant {

namespace {

/// Elements of one input's feature map that go into the sample.
constexpr std::size_t kSamplePerInput = 2048;
/// Elements that are kept of all inputs together.
constexpr std::size_t kSample = 16384;

/// What one input contributes to a tensor's statistics.
struct Contribution {
    double minimum = 0.0, maximum = 0.0;
    std::vector<float> sample;
    std::vector<double> channelMeans;
};

Contribution contributionOf(const LoweredTensor& tensor, const std::vector<float>& values) {
    const auto clamped = [&](float value) {
        return static_cast<float>(std::clamp(double{value}, tensor.low, tensor.high));
    };
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); })) {
        throw inputError("feature map '{}' holds numbers that are not finite on a calibration input",
                         tensor.name);
    }
    Contribution made;
    const auto [least, most] = std::ranges::minmax_element(values);
    made.minimum = clamped(*least);
    made.maximum = clamped(*most);
    // A step that shares no factor with common map widths visits all rows and columns alike.
    const std::size_t step = values.size() <= kSamplePerInput ? 1 : (values.size() / kSamplePerInput) | 1;
    for (std::size_t i = 0; i < values.size(); i += step) {
        made.sample.push_back(clamped(values[i]));
    }
    const std::size_t channels = static_cast<std::size_t>(tensor.shape.channels);
    const std::size_t area = values.size() / channels;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        double sum = 0.0;
        for (std::size_t i = channel * area; i < (channel + 1) * area; ++i) {
            sum += clamped(values[i]);
        }
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

} // namespace

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
                      int threads) {
    if (prepared.inputs.size() != 1) {
        throw inputError("network '{}' has {} inputs; only networks with one input can be quantized",
                         prepared.name, prepared.inputs.size());
    }
    if (inputs.empty()) {
        throw inputError("network '{}': no calibration inputs were given", prepared.name);
    }
    std::unordered_multimap<nn::ValueId, std::size_t> tensorsOf;
    for (std::size_t i = 0; i < lowering.tensors.size(); ++i) {
        tensorsOf.emplace(lowering.tensors[i].value, i);
    }
    const int workers = threads > 0 ? threads : hardwareThreads();
    std::vector<std::unique_ptr<train::Executor>> executors(static_cast<std::size_t>(workers));
    std::vector<std::vector<Contribution>> contributions(inputs.size());
    parallelFor(inputs.size(), workers, [&](std::size_t index, int worker) {
        auto& executor = executors[static_cast<std::size_t>(worker)];
        if (!executor) {
            executor = std::make_unique<train::Executor>(prepared);
        }
        std::vector<Contribution>& made = contributions[index];
        made.resize(lowering.tensors.size());
        executor->run(inputs.subspan(index, 1), [&](nn::ValueId value, const nn::Tensor& tensor) {
            const auto [first, last] = tensorsOf.equal_range(value);
            for (auto it = first; it != last; ++it) {
                made[it->second] = contributionOf(lowering.tensors[it->second], tensor.floats());
            }
        });
    });
    Calibration calibration;
    for (std::size_t i = 0; i < lowering.tensors.size(); ++i) {
        calibration.tensors.push_back(merged(contributions, i));
    }
    return calibration;
}

} // namespace tandem::quant
