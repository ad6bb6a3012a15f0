// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/front_training.h"
#include "core/engine/run/snapshot.h"
#include "core/engine/session.h"
#include "core/engine/study/study_setup.h"
#include "core/hw/device/device.h"
#include "core/hw/fault.h"
#include "core/judge/cost/layer_details.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
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
    /// Why a point's accelerator cannot be built as chosen.
    std::function<hw::Fault(const point::Encoding&)> fault;
    /// engine::ArtefactSession::layers.
    std::function<std::vector<judge::LayerDetails>(point::PointId)> layers;
    /// engine::ArtefactSession::measuredOn.
    std::function<std::optional<codegen::MeasuredOn>(point::PointId, point::Metric)> measuredOn;
    /// engine::TrainingSession::trainingCurve.
    std::function<std::vector<engine::TrainingStatus>(std::optional<point::PointId>)> trainingCurve;
    std::filesystem::path file; ///< where the study is kept; empty: nowhere
    /// What the network and the functions above look into.
    std::shared_ptr<const engine::Session> session;
};

using StudyViewPtr = std::shared_ptr<const StudyView>;
using SnapshotPtr = std::shared_ptr<const engine::Snapshot>;

} // namespace tandem::widgets
