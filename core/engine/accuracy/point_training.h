// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/training.h"
#include "core/engine/study/study_data.h"
#include "core/quant/tuning/fine_tuning.h"
#include "core/space/joint_space.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace tandem::engine {

/// What a point's training gave.
struct TrainedPoint {
    quant::TunedNetwork tuned;
    TrainingFigures figures;
};

/// A network that a training may learn from.
struct Teacher {
    std::string name;
    std::shared_ptr<const nn::Graph> network;
};

/// What a training begins with.
struct TrainingStart {
    /// The point's network with the weights to start from: float ones, or as a supernet has trained them.
    std::variant<nn::Graph, quant::RoundedStart> network;
    std::vector<Teacher> teachers; ///< the best of them teaches, if it is clearly better than guessing
};

/// Keeps checkpoints of a training that may be interrupted.
struct CheckpointKeeper {
    std::optional<std::string> last;               ///< of an interrupted training of the same point
    std::function<void(const std::string&)> store; ///< called now and then; may be empty
};

/// Trains the network of a point with quantization in the loop. `precision` is what the point asks of every
/// accelerator layer. The data's test part serves the last measurement only. Nothing where it was cancelled.
/// Throws Error (Input) where the data set has no labels or no test samples.
std::optional<TrainedPoint>
trainPoint(const TrainingStart& start, std::span<const space::LayerBits> precision, const StudyData& data,
           std::uint64_t seed, const TrainingSettings& settings, const CheckpointKeeper& checkpoints = {},
           const TrainingListener& progress = {}, const std::stop_token& cancel = {});

} // namespace tandem::engine
