// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/recalibration.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/train/layers/learned_step_size.h"
#include "core/train/trainable_network.h"

namespace tandem::train {

namespace {

bool isStatistic(const Parameter& parameter) {
    return parameter.role == ParameterRole::RunningMean || parameter.role == ParameterRole::RunningVariance;
}

} // namespace

void recalibrateStatistics(nn::Graph& graph, const FakeQuantization& quantization,
                           const data::Dataset& dataset, std::span<const std::size_t> samples, int batch,
                           const Workers& workers) {
    const auto size = static_cast<std::size_t>(batch);
    const std::size_t batches = samples.size() / size;
    if (batches == 0) {
        throw inputError("data set '{}': {} samples do not fill a batch of {}", dataset.name, samples.size(),
                         batch);
    }
    const std::vector<Parameter> parameters = parametersOf(graph, quantization);
    const ParameterBlocks blocks = readParameters(graph, parameters);
    ParameterBlocks rounded;
    roundWeights(parameters, quantization.weights, blocks, rounded);
    std::vector<std::unique_ptr<TrainableNetwork>> networks(static_cast<std::size_t>(workers.count()));
    ParameterBlocks statistics = blocks;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        statistics[i].resize(isStatistic(parameters[i]) ? statistics[i].size() : 0);
    }
    std::vector<ParameterBlocks> seen(batches, statistics);
    parallelFor(batches, workers, [&](std::size_t index, int worker) {
        auto& network = networks.at(static_cast<std::size_t>(worker));
        if (!network) {
            network = std::make_unique<TrainableNetwork>(
                graph, batch, NetworkOptions{BatchStatistics::OfBatch, quantization, nullptr});
        }
        dataset.fillBatch(graph.value(graph.inputs.at(0)).shape, samples.subspan(index * size, size),
                          network->input());
        network->forward(rounded);
        network->readStatistics(seen[index]);
    });
    ParameterBlocks means = blocks;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        for (std::size_t k = 0; isStatistic(parameters[i]) && k < means[i].size(); ++k) {
            double sum = 0.0;
            for (const ParameterBlocks& one : seen) {
                sum += static_cast<double>(one[i][k]);
            }
            means[i][k] = static_cast<float>(sum / static_cast<double>(batches));
        }
    }
    writeParameters(graph, parameters, means);
}

} // namespace tandem::train
