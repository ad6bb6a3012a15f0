// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/evaluator.h"

#include "core/base/error.h"
#include "core/base/patient_lock.h"
#include "core/hw/workload/workload_of.h"
#include "core/judge/accuracy/share_interval.h"
#include "core/judge/accuracy/top_indices.h"
#include "core/judge/cost/cost.h"
#include "core/quant/quantize/quantize.h"
#include "core/space/decoder.h"

#include <tbb/enumerable_thread_specific.h>

#include <cstddef>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tandem::judge {

namespace {

/// Inputs that are run before it is asked whether they are enough; a round number of batches.
constexpr std::size_t kMeasuredStep = 512;

} // namespace

struct Evaluator::Implementation {
    Implementation(const space::JointSpace& joint, AccuracyTables measured, int threadCount)
        : space(&joint),
          threads(threadCount),
          tables(std::move(measured)),
          model(tables.samples, tables.importedAccuracy) {}

    const space::Decoder& decoder() const { return space->decoder(); }

    const JudgingInputs& inputs(const std::stop_token& cancel) const {
        const std::unique_lock lock = patientLock(opening, cancel);
        if (!given) {
            JudgingInputs made = source(cancel);
            checkInputs(*space, made);
            given = std::move(made);
            source = {};
        }
        return *given;
    }

    /// The imported network's answers to the inputs [first, first + some.size()).
    std::vector<std::size_t> importedAnswers(std::size_t first, std::span<const nn::Tensor> some,
                                             const std::stop_token& cancel) const {
        const std::unique_lock lock = patientLock(answering, cancel);
        if (importedTops.size() < first + some.size()) { // they are asked for in the same steps every time
            const std::vector<std::size_t> more = topIndices(
                quant::referenceOutputs(decoder().graph(), decoder().lowering(), some, {threads, cancel}));
            importedTops.insert(importedTops.end(), more.begin(), more.end());
        }
        const auto begin = importedTops.begin() + static_cast<std::ptrdiff_t>(first);
        return {begin, begin + static_cast<std::ptrdiff_t>(some.size())};
    }

    quant::IntegerNetwork quantized(const point::Encoding& encoding, const std::stop_token& cancel) const {
        quant::QuantizationOptions options;
        for (const space::LayerBits& bits : space->precision(encoding)) {
            options.layers.push_back({bits.weightBits, bits.activationBits});
        }
        return quant::quantize(space->network(encoding), inputs(cancel).calibration, options,
                               {threads, cancel});
    }

    static void checkInputs(const space::JointSpace& joint, const JudgingInputs& inputs) {
        const nn::Graph& graph = joint.imported();
        if (graph.inputs.size() != 1) {
            throw inputError("network '{}' has {} inputs; only networks with one can be judged", graph.name,
                             graph.inputs.size());
        }
        if (inputs.calibration.empty()) {
            throw inputError("there are no calibration inputs");
        }
        for (const nn::Tensor& input : inputs.calibration) {
            checkShape(graph, input);
        }
        const InputSet judged = inputs.judged();
        checkShape(graph, judged[0]);
        if (!inputs.labels.empty() && inputs.labels.size() != judged.size()) {
            throw inputError("there are {} labels for {} validation inputs", inputs.labels.size(),
                             judged.size());
        }
    }

    static void checkShape(const nn::Graph& graph, const nn::Tensor& input) {
        const nn::Shape& shape = graph.value(graph.inputs[0]).shape;
        if (input.shape != shape || !nn::isFloat(input.type)) {
            throw inputError("an input is {} {}, but network '{}' takes float32 {}", nn::toString(input.type),
                             nn::toString(input.shape), graph.name, nn::toString(shape));
        }
    }

    const space::JointSpace* space;
    int threads;
    AccuracyTables tables;
    AccuracyModel model;
    mutable std::mutex opening, answering;
    mutable InputSource source; ///< until the inputs are there
    mutable std::optional<JudgingInputs> given;
    mutable std::vector<std::size_t> importedTops; ///< of the first validation inputs
    mutable tbb::enumerable_thread_specific<space::Scratch> perThread;
};

Evaluator::Evaluator(const space::JointSpace& jointSpace, JudgingInputs inputs, std::uint64_t seed,
                     const Workers& workers, const Progress& progress) {
    Implementation::checkInputs(jointSpace, inputs);
    implementation_ = std::make_unique<Implementation>(
        jointSpace, measureTables(jointSpace, inputs, seed, workers, progress), workers.threads);
    implementation_->given = std::move(inputs);
}

Evaluator::Evaluator(const space::JointSpace& jointSpace, AccuracyTables tables, InputSource inputs,
                     int threads)
    : implementation_(std::make_unique<Implementation>(jointSpace, std::move(tables), threads)) {
    implementation_->source = std::move(inputs);
}

Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;

const space::JointSpace& Evaluator::jointSpace() const {
    return *implementation_->space;
}

const AccuracyTables& Evaluator::tables() const {
    return implementation_->tables;
}

const JudgingInputs& Evaluator::inputs(const std::stop_token& cancel) const {
    return implementation_->inputs(cancel);
}

point::Metric Evaluator::accuracyMetric() const {
    return implementation_->tables.hasLabels() ? point::Metric::Accuracy : point::Metric::Agreement;
}

point::Metrics Evaluator::evaluate(const point::Encoding& encoding) const {
    const Implementation& all = *implementation_;
    space::Scratch& scratch = all.perThread.local();
    point::Metrics metrics = cost(*all.space, encoding, scratch);
    const AccuracyPrediction predicted =
        all.model.predict(all.tables.noise.of(all.decoder().plan(), scratch.resolution));
    metrics.set(point::Metric::Agreement, predicted.agreement, point::Source::Predicted);
    metrics.accuracyDeviation = static_cast<float>(predicted.agreementDeviation);
    if (all.tables.hasLabels()) {
        metrics.set(point::Metric::Accuracy, predicted.accuracy, point::Source::Predicted);
        metrics.accuracyDeviation = static_cast<float>(predicted.accuracyDeviation);
    }
    return metrics;
}

MeasuredShares Evaluator::measured(const quant::IntegerNetwork& network,
                                   const std::stop_token& cancel) const {
    const Implementation& all = *implementation_;
    const JudgingInputs& given = all.inputs(cancel);
    const InputSet judged = given.judged();
    const Workers workers(all.threads, cancel);
    MeasuredShares found;
    std::size_t agreeing = 0, right = 0;
    const auto isNarrow = [&](std::size_t part) {
        return shareInterval(percent(part, found.count), found.count).reach() <= kMeasuredInterval;
    };
    while (found.count < judged.size()) {
        const std::vector<nn::Tensor> some = judged.some(found.count, kMeasuredStep);
        const std::vector<std::size_t> tops = topIndices(quant::integerOutputs(network, some, workers));
        agreeing += countEqual<std::size_t>(tops, all.importedAnswers(found.count, some, cancel));
        if (!given.labels.empty()) {
            right += countEqual<int>(tops, std::span(given.labels).subspan(found.count));
        }
        found.count += some.size();
        if (isNarrow(agreeing) && (given.labels.empty() || isNarrow(right))) {
            break;
        }
    }
    found.metrics.set(point::Metric::Agreement, percent(agreeing, found.count), point::Source::Measured);
    if (!given.labels.empty()) {
        found.metrics.set(point::Metric::Accuracy, percent(right, found.count), point::Source::Measured);
    }
    return found;
}

double Evaluator::importedAccuracy() const {
    return implementation_->tables.importedAccuracy;
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
