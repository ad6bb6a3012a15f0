// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/metrics.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/train/layers/learned_step_size.h"
#include "core/train/loss.h"
#include "core/train/trainable_network.h"

#include <atomic>
#include <cmath>

namespace tandem::train {

namespace {

std::size_t positionOfLargest(std::span<const float> row) {
    return static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
}

/// How many of at most one batch of samples are classified right.
std::size_t countCorrect(Executor& executor, const data::Dataset& dataset,
                         std::span<const std::size_t> samples) {
    std::vector<std::size_t> filled(samples.begin(), samples.end());
    const auto batch = static_cast<std::size_t>(executor.batch());
    filled.resize(batch, samples.front());
    const nn::Tensor input = dataset.batchFor(executor.inputShape(0), filled);
    const nn::Tensor scores = executor.run({{input}}).at(0);
    const std::size_t classes = scores.floats().size() / batch;
    std::size_t correct = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto row = std::span(scores.floats()).subspan(i * classes, classes);
        correct += positionOfLargest(row) == static_cast<std::size_t>(dataset.labels[samples[i]]) ? 1 : 0;
    }
    return correct;
}

void checkLabelled(const data::Dataset& dataset, std::span<const std::size_t> samples) {
    if (dataset.labels.empty() || samples.empty()) {
        throw inputError("data set '{}': accuracy needs samples with labels", dataset.name);
    }
}

} // namespace

double evaluateAccuracy(Executor& executor, const data::Dataset& dataset,
                        std::span<const std::size_t> samples) {
    checkLabelled(dataset, samples);
    const auto batch = static_cast<std::size_t>(executor.batch());
    std::size_t correct = 0;
    for (std::size_t first = 0; first < samples.size(); first += batch) {
        const std::size_t count = std::min(batch, samples.size() - first);
        correct += countCorrect(executor, dataset, samples.subspan(first, count));
    }
    return static_cast<double>(correct) / static_cast<double>(samples.size());
}

double evaluateAccuracy(const nn::Graph& graph, const data::Dataset& dataset,
                        std::span<const std::size_t> samples, int batch, const Workers& workers) {
    checkLabelled(dataset, samples);
    const auto step = static_cast<std::size_t>(std::max(batch, 1));
    std::vector<std::unique_ptr<Executor>> executors(static_cast<std::size_t>(workers.count()));
    std::atomic<std::size_t> correct = 0;
    parallelFor((samples.size() + step - 1) / step, workers, [&](std::size_t index, int worker) {
        auto& executor = executors.at(static_cast<std::size_t>(worker));
        if (!executor) {
            executor = std::make_unique<Executor>(graph, batch, workers.cancel);
        }
        const std::size_t first = index * step;
        const std::size_t count = std::min(step, samples.size() - first);
        correct += countCorrect(*executor, dataset, samples.subspan(first, count));
    });
    return static_cast<double>(correct) / static_cast<double>(samples.size());
}

std::vector<float> roundedScores(const nn::Graph& graph, const FakeQuantization& quantization,
                                 const data::Dataset& dataset, std::span<const std::size_t> samples,
                                 int batch, const Workers& workers) {
    checkLabelled(dataset, samples);
    const std::vector<Parameter> parameters = parametersOf(graph, quantization);
    ParameterBlocks blocks;
    roundWeights(parameters, quantization.weights, readParameters(graph, parameters), blocks);
    std::vector<std::unique_ptr<TrainableNetwork>> networks(static_cast<std::size_t>(workers.count()));
    const auto size = static_cast<std::size_t>(batch);
    std::vector<std::vector<float>> parts((samples.size() + size - 1) / size);
    parallelFor(parts.size(), workers, [&](std::size_t index, int worker) {
        auto& network = networks.at(static_cast<std::size_t>(worker));
        if (!network) {
            network = std::make_unique<TrainableNetwork>(
                graph, batch, NetworkOptions{BatchStatistics::Running, quantization, nullptr});
        }
        const auto part = samples.subspan(index * size, std::min(size, samples.size() - index * size));
        std::vector<std::size_t> filled(part.begin(), part.end());
        filled.resize(size, part.front());
        dataset.fillBatch(graph.value(graph.inputs.at(0)).shape, filled, network->input());
        const std::span<const float> scores = network->forward(blocks);
        const auto own = scores.first(part.size() * (scores.size() / size));
        parts[index].assign(own.begin(), own.end());
    });
    std::vector<float> all;
    for (const std::vector<float>& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

double evaluateRoundedAccuracy(const nn::Graph& graph, const FakeQuantization& quantization,
                               const data::Dataset& dataset, std::span<const std::size_t> samples, int batch,
                               const Workers& workers) {
    const std::vector<float> scores =
        roundedScores(graph, quantization.judged(), dataset, samples, batch, workers);
    return static_cast<double>(countCorrect(scores, dataset.labelsOf(samples))) /
           static_cast<double>(samples.size());
}

Agreement agreement(const nn::Tensor& reference, const nn::Tensor& output) {
    if (reference.shape != output.shape || reference.floats().empty()) {
        throw workError("outputs {} and {} cannot be compared", nn::toString(reference.shape),
                        nn::toString(output.shape));
    }
    const std::size_t rows =
        reference.shape.size() > 1 ? static_cast<std::size_t>(reference.shape[0]) : std::size_t{1};
    const std::size_t width = reference.floats().size() / rows;
    std::size_t same = 0;
    double signal = 0.0;
    double noise = 0.0;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto wanted = std::span(reference.floats()).subspan(row * width, width);
        const auto given = std::span(output.floats()).subspan(row * width, width);
        same += positionOfLargest(wanted) == positionOfLargest(given) ? 1 : 0;
        for (std::size_t i = 0; i < width; ++i) {
            const double difference = static_cast<double>(wanted[i]) - static_cast<double>(given[i]);
            signal += static_cast<double>(wanted[i]) * static_cast<double>(wanted[i]);
            noise += difference * difference;
        }
    }
    const double ratio = noise == 0.0    ? kExactSignalToNoise
                         : signal == 0.0 ? -kExactSignalToNoise
                                         : 10.0 * std::log10(signal / noise);
    return {static_cast<double>(same) / static_cast<double>(rows),
            std::clamp(ratio, -kExactSignalToNoise, kExactSignalToNoise)};
}

} // namespace tandem::train
