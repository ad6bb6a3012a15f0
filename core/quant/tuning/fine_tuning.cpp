// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/tuning/fine_tuning.h"

#include "core/base/error.h"
#include "core/quant/quantize/agreement.h"
#include "core/quant/tuning/rounding_graph.h"
#include "core/train/metrics.h"
#include "core/train/output_range.h"
#include "core/train/recalibration.h"

namespace tandem::quant {

namespace {

std::span<const std::size_t> atMost(std::span<const std::size_t> samples, int count) {
    return samples.first(std::min(samples.size(), static_cast<std::size_t>(std::max(count, 0))));
}

QuantizationOptions precisionOf(const FineTuningOptions& options) {
    QuantizationOptions precision;
    precision.inputBits = options.inputBits;
    precision.layers = options.layers;
    return precision;
}

bool hasBatchNorms(const RoundingGraph& rounding) {
    return std::ranges::any_of(rounding.layers,
                               [](const RoundingLayer& layer) { return !layer.normalizing.empty(); });
}

/// As post-training quantization has it.
RoundedStart quantizedStart(const nn::Graph& prepared, const data::Dataset& dataset,
                            std::span<const std::size_t> training, const FineTuningOptions& options) {
    const int threads = options.training.threads;
    const auto calibration = calibrationInputs(prepared, dataset, training, options.calibrationSamples);
    RoundedStart made{prepared, lower(prepared), {}, {}};
    made.start = quantize(prepared, made.lowering, calibrate(prepared, made.lowering, calibration, threads),
                          precisionOf(options));
    made.rounding =
        makeRoundingGraph(prepared, made.lowering, made.start, calibration, {options.normalizes, threads});
    return made;
}

} // namespace

train::TrainingOptions FineTuningOptions::defaultTraining() {
    train::TrainingOptions training;
    training.epochs = 5;
    training.learningRate = 0.02;
    training.warmUpEpochs = 0.5;
    training.weightDecay = 5e-4;
    training.averaging = 0.999;
    return training;
}

struct FineTuner::State {
    State(RoundedStart begun, const data::Dataset& data, std::span<const std::size_t> samples,
          const FineTuningOptions& how)
        : begin(std::move(begun)),
          dataset(data),
          training(samples.begin(), samples.end()),
          options(how),
          trainer(begin.rounding.graph, dataset, training, trainingOptions()) {}

    train::TrainingOptions trainingOptions() const {
        train::TrainingOptions made = options.training;
        made.quantization = begin.rounding.quantization;
        return made;
    }

    RoundedStart begin;
    const data::Dataset& dataset;
    std::vector<std::size_t> training;
    FineTuningOptions options;
    train::Trainer trainer;
};

FineTuner::FineTuner(const nn::Graph& prepared, const data::Dataset& dataset,
                     std::span<const std::size_t> training, const FineTuningOptions& options)
    : FineTuner(quantizedStart(prepared, dataset, training, options), dataset, training, options) {}

FineTuner::FineTuner(RoundedStart start, const data::Dataset& dataset, std::span<const std::size_t> training,
                     const FineTuningOptions& options)
    : state_(std::make_unique<State>(std::move(start), dataset, training, options)) {}

FineTuner::~FineTuner() = default;
FineTuner::FineTuner(FineTuner&&) noexcept = default;
FineTuner& FineTuner::operator=(FineTuner&&) noexcept = default;

train::Trainer& FineTuner::trainer() {
    return state_->trainer;
}

FineTuned FineTuner::finish(std::span<const std::size_t> judged, const std::stop_token& cancel) const {
    const State& state = *state_;
    const RoundedStart& begin = state.begin;
    const Workers workers(state.options.training.threads, cancel);
    const int batch = state.options.training.batch;
    nn::Graph trained = state.trainer.graph();
    const auto seen = atMost(state.training, std::max(batch, state.options.statisticsSamples));
    if (hasBatchNorms(begin.rounding)) {
        train::recalibrateStatistics(trained, begin.rounding.quantization, state.dataset, seen, batch,
                                     workers);
    }
    train::settleOutputs(trained, begin.rounding.quantization, state.dataset, seen, batch, workers);
    FineTuned result;
    result.tuned = tunedNetwork(begin.rounding, begin.lowering, begin.start, trained);
    result.network =
        integerNetwork(begin.prepared, result.tuned,
                       calibrationInputs(begin.prepared, state.dataset, state.training, 1), workers);
    result.roundedAccuracy = train::evaluateRoundedAccuracy(trained, begin.rounding.quantization,
                                                            state.dataset, judged, batch, workers);
    result.integerAccuracy = integerAccuracy(result.network, state.dataset, judged, workers);
    result.cancelled = !state.trainer.isFinished();
    return result;
}

FineTuned fineTune(const nn::Graph& prepared, const data::Dataset& dataset,
                   std::span<const std::size_t> training, std::span<const std::size_t> test,
                   const FineTuningOptions& options,
                   const std::function<void(const train::TrainingProgress&)>& progress,
                   const std::stop_token& cancel) {
    FineTuner tuner(prepared, dataset, training, options);
    train::Trainer& trainer = tuner.trainer();
    while (!trainer.isFinished() && !cancel.stop_requested()) {
        trainer.step();
        if (progress) {
            progress(trainer.progress());
        }
    }
    return tuner.finish(test);
}

std::vector<nn::Tensor> calibrationInputs(const nn::Graph& graph, const data::Dataset& dataset,
                                          std::span<const std::size_t> samples, int most) {
    const nn::Shape& shape = graph.value(graph.inputs.at(0)).shape;
    std::vector<nn::Tensor> inputs;
    for (const std::size_t sample : atMost(samples, most)) {
        inputs.push_back(dataset.batchFor(shape, {&sample, 1}));
    }
    return inputs;
}

double integerAccuracy(const IntegerNetwork& network, const data::Dataset& dataset,
                       std::span<const std::size_t> samples, const Workers& workers) {
    if (dataset.labels.empty() || samples.empty()) {
        throw inputError("data set '{}': accuracy needs samples with labels", dataset.name);
    }
    constexpr std::size_t kAtOnce = 512; // inputs and outputs that are held
    const nn::Graph& before = network.before;
    const MapShape& map = network.tensors[static_cast<std::size_t>(network.input())].shape;
    const nn::Shape shape = before.nodes.empty() ? nn::Shape{1, map.channels, map.height, map.width}
                                                 : before.value(before.inputs.at(0)).shape;
    std::size_t correct = 0;
    for (std::size_t first = 0; first < samples.size(); first += kAtOnce) {
        const auto part = samples.subspan(first, std::min(kAtOnce, samples.size() - first));
        std::vector<nn::Tensor> inputs;
        for (const std::size_t sample : part) {
            inputs.push_back(dataset.batchFor(shape, {&sample, 1}));
        }
        const Outputs outputs = integerOutputs(network, inputs, workers);
        for (std::size_t i = 0; i < part.size(); ++i) {
            correct += topIndex(outputs[i]) == static_cast<std::size_t>(dataset.labels[part[i]]) ? 1 : 0;
        }
    }
    return static_cast<double>(correct) / static_cast<double>(samples.size());
}

} // namespace tandem::quant
