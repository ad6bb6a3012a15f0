// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/accuracy_ladder.h"
#include "core/engine/accuracy/study_supernet.h"
#include "core/engine/accuracy/training.h"
#include "core/engine/evaluation/thread_budget.h"
#include "core/engine/study/study_judge.h"

#include <memory>
#include <mutex>
#include <utility>

namespace tandem::engine {

/// The ladder that a study's points climb: there is one from the first start on where the study has a trained
/// supernet, and none while that is trained anew. From any thread.
class StudyLadder {
  public:
    /// All but the threads, which are shared, must outlive it.
    StudyLadder(StudyJudge& judge, const StudySupernet& supernet, SearchRunner& runner,
                std::shared_ptr<ThreadBudget> threads)
        : judge_(judge), supernet_(supernet), runner_(runner), threads_(std::move(threads)) {}

    /// Begins to climb where there is a supernet to climb with and no ladder yet. Nothing while it is
    /// suspended: resume() begins then.
    void start();
    /// Ends the ladder until resume(). Waits for the evaluation that runs; status() does not wait with it.
    void suspend();
    /// Begins to climb where there is a supernet. `knowsFigures`: the points' supernet figures are this
    /// supernet's.
    void resume(bool knowsFigures);

    LadderStatus status() const;

  private:
    AccuracySource source() const;
    void begin(bool knowsFigures);

    StudyJudge& judge_;
    const StudySupernet& supernet_;
    SearchRunner& runner_;
    const std::shared_ptr<ThreadBudget> threads_;
    mutable std::mutex mutex_;
    bool isSuspended_ = false;
    std::unique_ptr<AccuracyLadder> ladder_;
};

} // namespace tandem::engine
