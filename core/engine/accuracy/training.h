// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/point.h"
#include "core/train/augmentation.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace tandem::engine {

/// How a point is trained.
struct TrainingSettings {
    int epochs = 5;
    int batch = 128;
    double learningRate = 0.02;
    /// Share of the loss that compares with a teacher's scores; 0: labels only. The teacher is the imported
    /// network or the supernet's largest, whichever is right more often on the validation samples, if it is
    /// clearly better than guessing.
    double distillation = 0.5;
    double labelSmoothing = 0.0;           ///< share of the target that all classes get alike
    double weightDecay = 5e-4;             ///< share of the weights that is added to their gradient
    train::Augmentation augmentation = {}; ///< of the training samples; images only
    int threads = 0;                       ///< 0: all
    /// Between two checkpoints that a training goes on from should the program end; 0: after every step.
    double checkpointSeconds = 20.0;
    bool operator==(const TrainingSettings&) const = default;
};

/// How a study's supernet is trained.
struct SupernetSettings {
    int epochs = 12;
    int batch = 128;
    double learningRate = 0.025;
    train::Augmentation augmentation = {}; ///< of the training samples; images only
    int threads = 0;                       ///< 0: all
    double checkpointSeconds = 20.0;       ///< as TrainingSettings
    bool operator==(const SupernetSettings&) const = default;
};

/// Where a training stands.
struct TrainingStatus {
    std::int64_t step = 0, steps = 0;
    int epoch = 0, epochs = 0;
    double loss = 0.0;
    double trainingAccuracy = 0.0; ///< of this epoch so far, percent
    bool operator==(const TrainingStatus&) const = default;
};

/// What a trained point was measured to do. Accuracies in percent.
struct TrainingFigures {
    double testAccuracy = 0.0;        ///< the integer network's; the test samples serve nothing else
    double roundedTestAccuracy = 0.0; ///< the rounding float network's
    double validationAccuracy = 0.0;  ///< the integer network's
    std::size_t testSamples = 0, validationSamples = 0;
    double seconds = 0.0;     ///< that it took; where it was interrupted, since then
    std::string teacher = {}; ///< whose scores it learned from beside the labels; empty: none
    bool fromSupernet = false;
};

/// What a trained supernet was measured to do on the validation samples, rounding. Accuracies in percent.
struct SupernetFigures {
    double largestAccuracy = 0.0, smallestAccuracy = 0.0; ///< of its largest and of its smallest network
    std::size_t validationSamples = 0;
    double seconds = 0.0; ///< as TrainingFigures
};

/// What judges accuracies beside the search.
struct LadderStatus {
    bool hasSupernet = false;
    std::size_t evaluated = 0; ///< networks that the supernet judged
    bool rests = true;         ///< there is nothing left to do
    std::string failure;       ///< what ended it, one sentence; empty: nothing
    bool operator==(const LadderStatus&) const = default;
};

/// Told how far a training is, after every step; from the thread that trains. May be empty.
using TrainingListener = std::function<void(const TrainingStatus&)>;

/// The training of a point, for the study and for scripts.
nlohmann::ordered_json toJson(point::PointId point, const TrainingSettings& settings,
                              const TrainingFigures& figures);
nlohmann::ordered_json toJson(const SupernetSettings& settings, const SupernetFigures& figures);

} // namespace tandem::engine
