// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/training.h"
#include "core/point/point.h"

#include <optional>
#include <stop_token>
#include <vector>

namespace tandem::engine {

/// The trainings of a study: of points, and of the supernet that judges them. From any thread.
class TrainingSession {
  public:
    virtual ~TrainingSession() = default;

    /// Trains the point with quantization in the loop and measures the integer network on the test samples.
    /// The trained network is kept in the study: from then on it is what the point stands for
    /// (ArtefactSession), and the measured test accuracy is its accuracy. A training that was cancelled, or
    /// ended with the program, is gone on with the next time. Nothing where it was cancelled. Throws Error
    /// (Input) where the study has no labelled data. Takes minutes.
    virtual std::optional<TrainingFigures> train(point::PointId id, const TrainingSettings& settings,
                                                 const TrainingListener& progress = {},
                                                 const std::stop_token& cancel = {}) = 0;

    /// Whether train() gave the point a network.
    virtual bool isTrained(point::PointId id) const = 0;

    /// Trains the study's supernet on the networks that the rules in force allow. From then on, and whenever
    /// the study is searched again, points climb the ladder: networks of which most is expected are judged
    /// with its weights in the background, points of the front get that accuracy or one predicted from it,
    /// and trainings of points start from its weights. Interrupted trainings go on as train() says. Nothing
    /// where it was cancelled. Throws Error (Input) where the study has no labelled data. Takes minutes; one
    /// at a time.
    virtual std::optional<SupernetFigures> trainSupernet(const SupernetSettings& settings,
                                                         const TrainingListener& progress = {},
                                                         const std::stop_token& cancel = {}) = 0;

    /// How the last training of the point, or without one of the supernet, went: the status at the end of
    /// each epoch, also while it runs. Empty where there was none.
    virtual std::vector<TrainingStatus> trainingCurve(std::optional<point::PointId> point) const = 0;

    /// How far the points have climbed. Waits for nothing.
    virtual LadderStatus ladder() const = 0;
};

} // namespace tandem::engine
