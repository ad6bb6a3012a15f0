// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/study_data.h"
#include "core/engine/training.h"
#include "core/quant/tuned_network.h"
#include "core/space/joint_space.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace tandem::engine {

/// What a point's training gave.
struct TrainedPoint {
    quant::TunedNetwork tuned;
    TrainingFigures figures;
};

/// Keeps checkpoints of a training that may be interrupted.
struct CheckpointKeeper {
    std::optional<std::string> last;               ///< of an interrupted training of the same point
    std::function<void(const std::string&)> store; ///< called now and then; may be empty
};

/// Trains the network of a point with quantization in the loop, starting from the imported weights. The
/// data's test part serves the last measurement only. Nothing where it was cancelled. Throws Error (Input)
/// where the data set has no labels or no test samples.
std::optional<TrainedPoint> trainPoint(const space::JointSpace& jointSpace, const space::Encoding& encoding,
                                       const StudyData& data, std::uint64_t seed,
                                       const TrainingSettings& settings,
                                       const CheckpointKeeper& checkpoints = {},
                                       const std::function<void(const TrainingStatus&)>& progress = {},
                                       const std::stop_token& cancel = {});

} // namespace tandem::engine
