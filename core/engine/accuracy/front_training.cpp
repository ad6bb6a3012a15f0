// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/front_training.h"

#include <algorithm>

namespace tandem::engine {

std::vector<TrainedOfFront> trainFront(const SearchSession& search, TrainingSession& training,
                                       const TrainingSettings& settings, std::size_t most,
                                       const std::function<void(const FrontStep&)>& begins,
                                       const TrainingListener& progress, const std::stop_token& cancel) {
    std::vector<TrainedOfFront> trained;
    while (trained.size() < most && !cancel.stop_requested()) {
        std::vector<point::PointId> left = search.snapshot()->front;
        std::erase_if(left, [&](point::PointId id) { return training.isTrained(id); });
        if (left.empty()) {
            break;
        }
        const point::PointId point = std::ranges::min(left);
        if (begins) {
            begins({point, trained.size() + 1, std::min(most, trained.size() + left.size())});
        }
        const std::optional<TrainingFigures> figures = training.train(point, settings, progress, cancel);
        if (!figures) {
            break;
        }
        trained.push_back({point, *figures});
    }
    return trained;
}

} // namespace tandem::engine
