// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/frozen_points.h"
#include "core/engine/accuracy/point_training.h"
#include "core/engine/accuracy/study_ladder.h"
#include "core/engine/accuracy/training_records.h"
#include "core/engine/evaluation/thread_budget.h"
#include "core/engine/training_session.h"

#include <memory>
#include <utility>

namespace tandem::engine {

/// Trains the points and the supernet of a study, keeps what comes of it and lets points climb.
class StudyTrainings final : public TrainingSession {
  public:
    /// All but the threads, which are shared, must outlive it.
    StudyTrainings(StudyJudge& judge, TrainingRecords& records, FrozenPoints& frozen, SearchRunner& runner,
                   std::shared_ptr<ThreadBudget> threads)
        : judge_(judge),
          records_(records),
          frozen_(frozen),
          runner_(runner),
          threads_(std::move(threads)),
          ladder_(judge, records.supernet, runner, threads_) {}

    /// Lets points climb where there is a supernet; the search begins.
    void startLadder() { ladder_.start(); }

    std::optional<TrainingFigures> train(point::PointId id, const TrainingSettings& settings,
                                         const TrainingListener& progress,
                                         const std::stop_token& cancel) override;
    bool isTrained(point::PointId id) const override { return records_.networks.find(id).has_value(); }
    std::optional<SupernetFigures> trainSupernet(const SupernetSettings& settings,
                                                 const TrainingListener& progress,
                                                 const std::stop_token& cancel) override;
    std::vector<TrainingStatus> trainingCurve(std::optional<point::PointId> point) const override {
        return records_.curves.find(point);
    }
    LadderStatus ladder() const override { return ladder_.status(); }

  private:
    TrainingStart startOf(const point::Encoding& encoding) const;
    TrainingListener recorded(const TrainingCurves::Target& target, const TrainingListener& progress);

    StudyJudge& judge_;
    TrainingRecords& records_;
    FrozenPoints& frozen_;
    SearchRunner& runner_;
    const std::shared_ptr<ThreadBudget> threads_;
    StudyLadder ladder_; // asks all of the above
};

} // namespace tandem::engine
