// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/front_training.h"
#include "core/engine/session.h"
#include "core/judge/cost/layer_details.h"

#include <functional>
#include <memory>
#include <vector>

namespace tandem::widgets {

/// What stays the same about an open study, as far as the screen shows it.
struct StudyView {
    engine::StudySetup setup;
    point::Space space;
    std::vector<space::Bundle> bundles;
    std::shared_ptr<const nn::Graph> network;
    hw::Device device;
    std::string dataReport; ///< what accuracy is measured on, a line each; empty without a data set
    std::vector<hw::HostOperator> hostOperators; ///< what the host does for every frame
    /// The accelerator of a point, layer by layer; modelled, fast.
    std::function<std::vector<judge::LayerDetails>(const point::Encoding&)> layers;
    /// engine::Session::trainingCurve.
    std::function<std::vector<engine::TrainingStatus>(std::optional<point::PointId>)> trainingCurve;
};

using StudyViewPtr = std::shared_ptr<const StudyView>;
using SnapshotPtr = std::shared_ptr<const engine::Snapshot>;

} // namespace tandem::widgets
