// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/search_session.h"
#include "core/engine/training_session.h"

#include <cstddef>
#include <functional>
#include <stop_token>
#include <vector>

namespace tandem::engine {

/// A point that was trained, and what it was measured to do.
struct TrainedOfFront {
    point::PointId point = 0;
    TrainingFigures figures;
};

/// What trainFront() says before it trains a point: which, the how many-th, and of how many as the front is
/// then.
struct FrontStep {
    point::PointId point = 0;
    std::size_t number = 0, count = 0;
};

/// The last rung of the ladder: trains points of the front one after the other, those first that were found
/// first, and looks at the front anew after each, so that a search may go on meanwhile. Ends when no point of
/// the front is left untrained, when `most` were trained, or where it is cancelled; what was trained until
/// then stays. Throws Error (Input) as TrainingSession::train does. Takes minutes for each point; from any
/// thread.
std::vector<TrainedOfFront> trainFront(const SearchSession& search, TrainingSession& training,
                                       const TrainingSettings& settings, std::size_t most,
                                       const std::function<void(const FrontStep&)>& begins = {},
                                       const TrainingListener& progress = {},
                                       const std::stop_token& cancel = {});

} // namespace tandem::engine
