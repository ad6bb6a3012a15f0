// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/evaluator.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/hw/workload/workload_of.h"
#include "core/judge/accuracy/accuracy_model.h"
#include "core/judge/accuracy/noise_tables.h"
#include "core/judge/accuracy/synthetic_inputs.h"
#include "core/judge/cost/cost.h"
#include "core/quant/quantize/agreement.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"
#include "core/quant/quantize/sensitivity.h"
#include "core/space/decoder.h"

#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

namespace tandem::judge {

namespace {

/// Multiply-accumulates that construction may spend on each of its three measurements.
constexpr double kWorkBudget = 4e10;
constexpr std::size_t kFewestInputs = 8, kMostTrialInputs = 64, kMostRangeInputs = 8, kMostSampleInputs = 256;
constexpr std::size_t kSamples = 64;
/// Elements of a feature map that the quick quantization chooses its range by.
constexpr std::size_t kQuickSample = 2048;

/// How many of `available` inputs the budget allows when each costs `work`.
std::size_t affordable(double work, std::size_t available, std::size_t most) {
    const auto allowed = static_cast<std::size_t>(std::max(0.0, kWorkBudget / std::max(1.0, work)));
    return std::min(available, std::clamp(allowed, kFewestInputs, most));
}

std::vector<std::size_t> topIndices(const quant::Outputs& outputs) {
    std::vector<std::size_t> tops;
    std::ranges::transform(outputs, std::back_inserter(tops),
                           [](const std::vector<float>& output) { return quant::topIndex(output); });
    return tops;
}

/// Percent of `tops` that equal the first entries of `right`.
template <typename Index>
double percentEqual(const std::vector<std::size_t>& tops, const std::vector<Index>& right) {
    std::size_t equal = 0;
    for (std::size_t i = 0; i < tops.size(); ++i) {
        equal += tops[i] == static_cast<std::size_t>(right[i]) ? 1 : 0;
    }
    return tops.empty() ? 0.0 : 100.0 * static_cast<double>(equal) / static_cast<double>(tops.size());
}

} // namespace

JudgingInputs inputsWithoutData(const nn::Graph& prepared, int count, std::uint64_t seed,
                                const Workers& workers) {
    return {syntheticInputs(prepared, count, seed, workers), {}, {}};
}

JudgingInputs inputsFrom(const data::Dataset& dataset, const nn::Graph& prepared, const data::Split& split,
                         int calibrationCount, int validationCount) {
    if (prepared.inputs.size() != 1) {
        throw inputError("network '{}' has {} inputs; a data set feeds networks with one", prepared.name,
                         prepared.inputs.size());
    }
    if (dataset.labels.empty()) {
        throw inputError("data set '{}' has no labels, so it cannot say how accurate a network is",
                         dataset.name);
    }
    const nn::Shape& shape = prepared.value(prepared.inputs[0]).shape;
    const auto take = [&](const std::vector<std::size_t>& samples, int count) {
        const std::size_t most = std::min(samples.size(), static_cast<std::size_t>(std::max(1, count)));
        return std::span(samples).first(most);
    };
    JudgingInputs inputs;
    for (const std::size_t sample : take(split.training, calibrationCount)) {
        inputs.calibration.push_back(dataset.batchFor(shape, {&sample, 1}));
    }
    const std::span<const std::size_t> judged = take(split.validation, validationCount);
    for (const std::size_t sample : judged) {
        inputs.validation.push_back(dataset.batchFor(shape, {&sample, 1}));
    }
    inputs.labels = dataset.labelsOf(judged);
    return inputs;
}

struct Evaluator::Implementation {
    Implementation(const space::JointSpace& joint, JudgingInputs judging, int threadCount)
        : space(&joint), given(std::move(judging)), threads(threadCount) {
        checkInputs();
    }

    const space::Decoder& decoder() const { return space->decoder(); }
    std::span<const nn::Tensor> calibration() const { return given.calibration; }
    std::span<const nn::Tensor> validation() const {
        return given.validation.empty() ? given.calibration : given.validation;
    }
    bool hasLabels() const { return !given.labels.empty(); }

    void checkInputs() const {
        const nn::Graph& graph = decoder().graph();
        if (graph.inputs.size() != 1) {
            throw inputError("network '{}' has {} inputs; only networks with one can be judged", graph.name,
                             graph.inputs.size());
        }
        if (given.calibration.empty()) {
            throw inputError("there are no calibration inputs");
        }
        const nn::Shape& shape = graph.value(graph.inputs[0]).shape;
        for (const std::span<const nn::Tensor> set : {calibration(), validation()}) {
            for (const nn::Tensor& input : set) {
                if (input.shape != shape || !nn::isFloat(input.type)) {
                    throw inputError("an input is {} {}, but network '{}' takes float32 {}",
                                     nn::toString(input.type), nn::toString(input.shape), graph.name,
                                     nn::toString(shape));
                }
            }
        }
        if (hasLabels() && given.labels.size() != validation().size()) {
            throw inputError("there are {} labels for {} validation inputs", given.labels.size(),
                             validation().size());
        }
    }

    /// Runs the imported network on everything that points are compared with.
    void runImported(const Workers& workers) {
        const quant::Outputs outputs =
            quant::referenceOutputs(decoder().graph(), decoder().lowering(), validation(), workers);
        importedTops = topIndices(outputs);
        for (const int label : given.labels) {
            if (label < 0 || static_cast<std::size_t>(label) >= outputs.at(0).size()) {
                throw inputError("label {} does not fit a network with {} outputs", label,
                                 outputs.at(0).size());
            }
        }
        importedAccuracy =
            hasLabels() ? percentEqual(importedTops, given.labels) : std::numeric_limits<double>::quiet_NaN();
    }

    double macsOfFrame() const {
        return static_cast<double>(cost(*space, space->space().importedPoint()).value(point::Metric::Macs));
    }

    void measure(std::uint64_t seed, const Workers& workers, const Progress& progress) {
        const auto part = [&](const char* what, double from, double to) {
            return [&progress, what, from, to](double done) {
                if (progress) {
                    progress(what, from + (to - from) * done);
                }
            };
        };
        part("run the imported network", 0.0, 0.0)(0.0);
        runImported(workers);
        const nn::Graph& graph = decoder().graph();
        const quant::Calibration ranges =
            quant::calibrate(graph, decoder().lowering(), calibration(), workers);
        quant::SensitivityOptions options;
        options.budget = kWorkBudget;
        options.workers = workers;
        const std::span<const nn::Tensor> few =
            calibration().first(std::min(calibration().size(), kMostTrialInputs));
        const quant::Sensitivities sensitivities =
            quant::sensitivities(graph, decoder().lowering(), ranges, few, options,
                                 part("measure the noise of every layer's precision", 0.05, 0.4));
        const double macs = macsOfFrame();
        const double choices = static_cast<double>(space->space().parameters.size()) * 4.0;
        const std::span<const nn::Tensor> trial =
            calibration().first(affordable(choices * macs, calibration().size(), kMostTrialInputs));
        const quant::Outputs reference = quant::referenceOutputs(graph, decoder().lowering(), trial, workers);
        tables = measureNoise(decoder(), sensitivities, trial, reference, workers,
                              part("measure the noise of narrower, smaller and shorter networks", 0.4, 0.6));
        const std::vector<MeasuredSample> samples =
            measureSamples(seed, macs, workers, part("measure sample points", 0.6, 1.0));
        model = AccuracyModel(samples, importedAccuracy);
    }

    /// A point between the imported one and the farthest, like those that a search keeps.
    point::Encoding samplePoint(std::uint64_t seed, std::size_t index) const {
        Random random = Random::stream(seed, index);
        point::Encoding encoding = space->space().importedPoint();
        const double far = random.uniform();
        const double reach = 0.1 + 0.9 * far * far, share = 0.2 + 0.8 * random.uniform();
        for (const space::Bundle& bundle : space->bundles()) {
            for (const std::size_t place : bundle.parameters) {
                const double last = encoding[place];
                const double step = reach * random.uniform() * last;
                const bool changes = random.uniform() < (last > 1.0 ? share : 0.3 * share * reach);
                if (changes && index > 0 && space->space().parameters[place].choices.size() > 1) {
                    encoding[place] = static_cast<std::uint8_t>(last > 1.0 ? last - std::floor(step + 0.5)
                                                                           : random.below(2));
                }
            }
        }
        return encoding;
    }

    std::vector<MeasuredSample> measureSamples(std::uint64_t seed, double macs, const Workers& workers,
                                               const std::function<void(double)>& progress) const {
        const double work = 2.0 * static_cast<double>(kSamples) * macs;
        const std::size_t ranged = affordable(work, calibration().size(), kMostRangeInputs);
        const std::size_t judged = affordable(work, validation().size(), kMostSampleInputs);
        // The judged inputs may be a little easier or harder than all of them.
        const std::vector<std::size_t> fewTops(importedTops.begin(),
                                               importedTops.begin() + static_cast<std::ptrdiff_t>(judged));
        const double easier = hasLabels() ? importedAccuracy - percentEqual(fewTops, given.labels) : 0.0;
        std::vector<MeasuredSample> samples(kSamples);
        std::atomic<std::size_t> done = 0;
        parallelFor(kSamples, workers, [&](std::size_t index, int worker) {
            const point::Encoding encoding = samplePoint(seed, index);
            space::Resolution resolution;
            decoder().resolvePoint(encoding, resolution);
            MeasuredSample& sample = samples[index];
            sample.noise = tables.of(decoder().plan(), resolution);
            const quant::IntegerNetwork network =
                quicklyQuantized(encoding, calibration().first(ranged), workers.one());
            const auto tops =
                topIndices(quant::integerOutputs(network, validation().first(judged), workers.one()));
            sample.agreement = percentEqual(tops, importedTops);
            sample.accuracy = hasLabels() ? percentEqual(tops, given.labels) + easier : 0.0;
            const std::size_t finished = ++done;
            if (worker == 0) {
                progress(static_cast<double>(finished) / static_cast<double>(kSamples));
            }
        });
        return samples;
    }

    quant::QuantizationOptions precisionOf(const point::Encoding& encoding) const {
        quant::QuantizationOptions options;
        for (const space::LayerBits& bits : space->precision(encoding)) {
            options.layers.push_back({bits.weightBits, bits.activationBits});
        }
        return options;
    }

    quant::IntegerNetwork quantized(const point::Encoding& encoding, const std::stop_token& cancel) const {
        return quant::quantize(space->network(encoding), calibration(), precisionOf(encoding),
                               {threads, cancel});
    }

    /// The same in a fraction of the time: ranges from few inputs and few of their elements.
    quant::IntegerNetwork quicklyQuantized(const point::Encoding& encoding,
                                           std::span<const nn::Tensor> inputs, const Workers& workers) const {
        const nn::Graph network = space->network(encoding);
        const quant::Lowering lowering = quant::lower(network);
        quant::Calibration ranges = quant::calibrate(network, lowering, inputs, workers);
        for (quant::TensorStatistics& tensor : ranges.tensors) {
            const std::size_t step = (tensor.sample.size() + kQuickSample - 1) / kQuickSample;
            std::size_t kept = 0;
            for (std::size_t i = 0; i < tensor.sample.size(); i += step) {
                tensor.sample[kept++] = tensor.sample[i];
            }
            tensor.sample.resize(kept);
        }
        return quant::quantize(network, lowering, ranges, precisionOf(encoding));
    }

    std::vector<std::size_t> integerTops(const quant::IntegerNetwork& network,
                                         const std::stop_token& cancel = {}) const {
        return topIndices(quant::integerOutputs(network, validation(), {threads, cancel}));
    }

    const space::JointSpace* space;
    JudgingInputs given;
    int threads;
    std::vector<std::size_t> importedTops; ///< of every validation input
    double importedAccuracy = 0.0;
    NoiseTables tables;
    AccuracyModel model;
    mutable tbb::enumerable_thread_specific<space::Scratch> perThread;
};

Evaluator::Evaluator(const space::JointSpace& jointSpace, JudgingInputs inputs, std::uint64_t seed,
                     const Workers& workers, const Progress& progress)
    : implementation_(std::make_unique<Implementation>(jointSpace, std::move(inputs), workers.threads)) {
    implementation_->measure(seed, workers, progress);
}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

const space::JointSpace& Evaluator::jointSpace() const {
    return *implementation_->space;
}

const JudgingInputs& Evaluator::inputs() const {
    return implementation_->given;
}

point::Metric Evaluator::accuracyMetric() const {
    return implementation_->hasLabels() ? point::Metric::Accuracy : point::Metric::Agreement;
}

point::Metrics Evaluator::evaluate(const point::Encoding& encoding) const {
    const Implementation& all = *implementation_;
    space::Scratch& scratch = all.perThread.local();
    point::Metrics metrics = cost(*all.space, encoding, scratch);
    const AccuracyPrediction predicted =
        all.model.predict(all.tables.of(all.decoder().plan(), scratch.resolution));
    metrics.set(point::Metric::Agreement, predicted.agreement, point::Source::Predicted);
    metrics.accuracyDeviation = static_cast<float>(predicted.agreementDeviation);
    if (all.hasLabels()) {
        metrics.set(point::Metric::Accuracy, predicted.accuracy, point::Source::Predicted);
        metrics.accuracyDeviation = static_cast<float>(predicted.accuracyDeviation);
    }
    return metrics;
}

point::Metrics Evaluator::measured(const quant::IntegerNetwork& network,
                                   const std::stop_token& cancel) const {
    const Implementation& all = *implementation_;
    point::Metrics metrics;
    const std::vector<std::size_t> tops = all.integerTops(network, cancel);
    metrics.set(point::Metric::Agreement, percentEqual(tops, all.importedTops), point::Source::Measured);
    if (all.hasLabels()) {
        metrics.set(point::Metric::Accuracy, percentEqual(tops, all.given.labels), point::Source::Measured);
    }
    return metrics;
}

double Evaluator::importedAccuracy() const {
    return implementation_->importedAccuracy;
}

quant::IntegerNetwork Evaluator::integerNetwork(const point::Encoding& encoding,
                                                const std::stop_token& cancel) const {
    return implementation_->quantized(encoding, cancel);
}

space::Design Evaluator::exactDesign(const point::Encoding& encoding,
                                     const quant::IntegerNetwork& network) const {
    return implementation_->space->design(encoding, hw::workloadOf(network));
}

} // namespace tandem::judge
