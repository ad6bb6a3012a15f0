// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/study_supernet.h"
#include "core/engine/accuracy/trained_networks.h"
#include "core/engine/accuracy/training_curves.h"
#include "core/engine/study/study_judge.h"

namespace tandem::engine {

/// What a study keeps of its trainings: points' networks and checkpoints, how trainings went, the supernet.
/// Read from the study file when it is opened, before anything is written to it.
struct TrainingRecords {
    /// `judge` and `file` (null: nothing is kept) must outlive it. Throws Error (Input) where the file is
    /// damaged.
    TrainingRecords(StudyJudge& judge, store::StudyFile* file)
        : networks(file),
          curves(file),
          supernet(
              judge.jointSpace(), judge.setup().seed, [&judge] { return judge.openData(); }, file) {}

    TrainedNetworks networks;
    TrainingCurves curves;
    StudySupernet supernet;
};

} // namespace tandem::engine
