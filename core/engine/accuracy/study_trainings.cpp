// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/study_trainings.h"

#include "core/engine/accuracy/point_network.h"
#include "core/engine/run/known_point.h"
#include "core/engine/study/json_text.h"

#include <chrono>

namespace tandem::engine {

std::optional<TrainingFigures> StudyTrainings::train(point::PointId id, const TrainingSettings& settings,
                                                     const TrainingListener& progress,
                                                     const std::stop_token& cancel) try {
    const point::Point point = knownPoint(*runner_.snapshot(), id);
    const StudyData data = judge_.openData(cancel);
    hw::refuse(judge_.jointSpace().fault(point.encoding));
    const ThreadBudget::Claim claim = threads_->claim(settings.threads);
    TrainingSettings shared = settings;
    shared.threads = claim.threads();
    TrainedNetworks& networks = records_.networks;
    CheckpointKeeper checkpoints{networks.checkpoint(id), {}};
    checkpoints.store = [&](const std::string& bytes) { networks.keepCheckpoint(id, bytes); };
    const auto start = std::chrono::steady_clock::now();
    std::optional<TrainedPoint> result =
        trainPoint(startOf(point.encoding), judge_.jointSpace().precision(point.encoding), data,
                   judge_.setup().seed, shared, checkpoints, recorded(id, progress), cancel);
    if (!result) {
        return std::nullopt;
    }
    result->figures.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    networks.keep(id, {result->tuned, result->figures.testAccuracy});
    if (store::StudyFile* file = runner_.file()) {
        file->appendArtefact({id, "training", jsonText(toJson(id, settings, result->figures)), {}});
    }
    codegen::FrozenPoint frozen = freeze(judge_, networks, point);
    frozen_.keep(frozen);
    runner_.refine(std::move(frozen.point));
    return result->figures;
} catch (const Error& error) {
    if (error.kind() == ErrorKind::Cancelled) {
        return std::nullopt;
    }
    throw;
}

std::optional<SupernetFigures> StudyTrainings::trainSupernet(const SupernetSettings& settings,
                                                             const TrainingListener& progress,
                                                             const std::stop_token& cancel) {
    ladder_.suspend();
    try {
        const search::Rules rules = runner_.snapshot()->rules;
        const ThreadBudget::Claim claim = threads_->claim(settings.threads);
        SupernetSettings shared = settings;
        shared.threads = claim.threads();
        const std::optional<SupernetFigures> figures = records_.supernet.train(
            rules.ranges.empty() ? fullRanges(judge_.jointSpace().space()) : rules.ranges, shared,
            recorded({}, progress), cancel);
        // Figures of a supernet that was there before are not this one's.
        ladder_.resume(!figures);
        return figures;
    } catch (...) {
        ladder_.resume(true);
        throw;
    }
}

TrainingStart StudyTrainings::startOf(const point::Encoding& encoding) const {
    const space::JointSpace& joint = judge_.jointSpace();
    TrainingStart start;
    start.teachers.push_back({"imported network", std::make_shared<const nn::Graph>(joint.imported())});
    if (records_.supernet.isTrained()) {
        start.network = records_.supernet.start(encoding);
        start.teachers.push_back(
            {"supernet", std::make_shared<const nn::Graph>(records_.supernet.largestNetwork())});
    } else {
        start.network = joint.network(encoding);
    }
    return start;
}

/// What tells `progress` and keeps the training's curve.
TrainingListener StudyTrainings::recorded(const TrainingCurves::Target& target,
                                          const TrainingListener& progress) {
    return [this, target, &progress](const TrainingStatus& status) {
        records_.curves.add(target, status);
        if (progress) {
            progress(status);
        }
    };
}

} // namespace tandem::engine
