// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/point_training.h"

#include "core/base/error.h"
#include "core/train/metrics.h"

#include <chrono>

namespace tandem::engine {

namespace {

constexpr std::size_t kTeacherSamples = 1000; // that teachers are compared on

/// The teacher that is right most often, if it knows at least a tenth of what guessing does not.
Teacher chosenTeacher(std::span<const Teacher> candidates, const StudyData& data, const Workers& workers) {
    const std::vector<std::size_t>& validation = data.split.validation;
    const auto samples = std::span(validation).first(std::min(kTeacherSamples, validation.size()));
    const double guessing = 1.0 / static_cast<double>(data.dataset.classes);
    double best = guessing + 0.1 * (1.0 - guessing);
    Teacher chosen;
    for (const Teacher& candidate : candidates) {
        const double accuracy =
            train::evaluateAccuracy(*candidate.network, data.dataset, samples, 64, workers);
        if (accuracy > best) {
            best = accuracy;
            chosen = candidate;
        }
    }
    return chosen;
}

quant::FineTuningOptions optionsOf(std::span<const space::LayerBits> precision, std::uint64_t seed,
                                   const TrainingSettings& settings, const Teacher& teacher) {
    quant::FineTuningOptions options;
    for (const space::LayerBits& bits : precision) {
        options.layers.push_back({bits.weightBits, bits.activationBits});
    }
    options.training.epochs = settings.epochs;
    options.training.batch = settings.batch;
    options.training.learningRate = settings.learningRate;
    options.training.labelSmoothing = settings.labelSmoothing;
    options.training.weightDecay = settings.weightDecay;
    options.training.augmentation = settings.augmentation;
    options.training.seed = seed;
    options.training.threads = settings.threads;
    options.training.distillation.teacher = teacher.network;
    options.training.distillation.share = settings.distillation;
    return options;
}

void run(train::Trainer& trainer, double checkpointSeconds, const CheckpointKeeper& checkpoints,
         const TrainingListener& progress, const std::stop_token& cancel) {
    auto kept = std::chrono::steady_clock::now();
    while (!trainer.isFinished() && !cancel.stop_requested()) {
        trainer.step();
        if (progress) {
            const train::TrainingProgress& at = trainer.progress();
            progress({at.step, at.steps, at.epoch, at.epochs, at.loss, 100.0 * at.accuracy});
        }
        const auto now = std::chrono::steady_clock::now();
        if (checkpoints.store && std::chrono::duration<double>(now - kept).count() >= checkpointSeconds) {
            checkpoints.store(trainer.checkpoint());
            kept = now;
        }
    }
    if (checkpoints.store && (cancel.stop_requested() || trainer.isFinished())) {
        checkpoints.store(trainer.checkpoint());
    }
}

/// Goes on from a checkpoint of this training; one of other settings is left alone. A damaged one is dropped.
void goOn(train::Trainer& trainer, const CheckpointKeeper& checkpoints) {
    if (!checkpoints.last || !trainer.fits(*checkpoints.last)) {
        return;
    }
    try {
        trainer.restore(*checkpoints.last);
    } catch (const Error& error) {
        if (checkpoints.store) {
            checkpoints.store("");
        }
        throw inputError("{}; it was dropped, the next training begins anew", error.what());
    }
}

} // namespace

std::optional<TrainedPoint> trainPoint(const TrainingStart& start,
                                       std::span<const space::LayerBits> precision, const StudyData& data,
                                       std::uint64_t seed, const TrainingSettings& settings,
                                       const CheckpointKeeper& checkpoints, const TrainingListener& progress,
                                       const std::stop_token& cancel) {
    const Workers workers(settings.threads, cancel);
    const data::Dataset& dataset = data.dataset;
    const data::Split& parts = data.split;
    if (dataset.labels.empty() || parts.test.empty() || parts.validation.empty()) {
        throw inputError(
            "data set '{}': training needs labelled samples for training, validation and test; it "
            "has {}, {} and {}",
            dataset.name, parts.training.size(), parts.validation.size(), parts.test.size());
    }
    const Teacher teacher =
        settings.distillation > 0.0 ? chosenTeacher(start.teachers, data, workers) : Teacher();
    const quant::FineTuningOptions options = optionsOf(precision, seed, settings, teacher);
    quant::FineTuner tuner = std::visit(
        [&](const auto& network) { return quant::FineTuner(network, dataset, parts.training, options); },
        start.network);
    goOn(tuner.trainer(), checkpoints);
    run(tuner.trainer(), settings.checkpointSeconds, checkpoints, progress, cancel);
    if (!tuner.trainer().isFinished()) {
        return std::nullopt;
    }
    quant::FineTuned tuned = tuner.finish(parts.test, cancel);
    TrainedPoint result;
    TrainingFigures& figures = result.figures;
    figures.testAccuracy = 100.0 * tuned.integerAccuracy;
    figures.roundedTestAccuracy = 100.0 * tuned.roundedAccuracy;
    figures.validationAccuracy =
        100.0 * quant::integerAccuracy(tuned.network, dataset, parts.validation, workers);
    figures.teacher = teacher.name;
    figures.fromSupernet = std::holds_alternative<quant::RoundedStart>(start.network);
    figures.testSamples = parts.test.size();
    figures.validationSamples = parts.validation.size();
    result.tuned = std::move(tuned.tuned);
    return result;
}

} // namespace tandem::engine
