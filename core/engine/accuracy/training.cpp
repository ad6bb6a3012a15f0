// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/training.h"

#include <nlohmann/json.hpp>

namespace tandem::engine {

nlohmann::ordered_json toJson(point::PointId point, const TrainingSettings& settings,
                              const TrainingFigures& figures) {
    return {{"point", point},
            {"epochs", settings.epochs},
            {"batch", settings.batch},
            {"learning_rate", settings.learningRate},
            {"distillation", settings.distillation},
            {"label_smoothing", settings.labelSmoothing},
            {"weight_decay", settings.weightDecay},
            {"augmentation", toString(settings.augmentation)},
            {"teacher", figures.teacher},
            {"from_supernet", figures.fromSupernet},
            {"test_accuracy", figures.testAccuracy},
            {"test_samples", figures.testSamples},
            {"rounded_float_test_accuracy", figures.roundedTestAccuracy},
            {"validation_accuracy", figures.validationAccuracy},
            {"validation_samples", figures.validationSamples},
            {"source", "measured"},
            {"seconds", figures.seconds}};
}

nlohmann::ordered_json toJson(const SupernetSettings& settings, const SupernetFigures& figures) {
    return {{"epochs", settings.epochs},
            {"batch", settings.batch},
            {"learning_rate", settings.learningRate},
            {"augmentation", toString(settings.augmentation)},
            {"largest_network_accuracy", figures.largestAccuracy},
            {"smallest_network_accuracy", figures.smallestAccuracy},
            {"validation_samples", figures.validationSamples},
            {"source", "supernet"},
            {"seconds", figures.seconds}};
}

} // namespace tandem::engine
