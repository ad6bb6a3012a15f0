// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/accuracy_ladder.h"
#include "core/engine/accuracy/study_supernet.h"
#include "core/engine/accuracy/training.h"
#include "core/engine/study/study_judge.h"

#include <memory>
#include <mutex>

namespace tandem::engine {

/// The ladder that a study's points climb: there is one from the first start on where the study has a trained
/// supernet. From any thread.
class StudyLadder {
  public:
    /// All must outlive it.
    StudyLadder(StudyJudge& judge, const StudySupernet& supernet, SearchRunner& runner)
        : judge_(judge), supernet_(supernet), runner_(runner) {}

    /// Begins to climb where there is a supernet to climb with and no ladder yet. `knowsFigures`: the points'
    /// supernet figures are this supernet's.
    void start(bool knowsFigures);
    /// Waits for the evaluation that runs; status() does not wait with it.
    void end();

    LadderStatus status() const;

  private:
    AccuracySource source() const;

    StudyJudge& judge_;
    const StudySupernet& supernet_;
    SearchRunner& runner_;
    mutable std::mutex mutex_;
    std::unique_ptr<AccuracyLadder> ladder_;
};

} // namespace tandem::engine
