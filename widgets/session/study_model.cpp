// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/session/study_model.h"

#include <algorithm>

namespace tandem::widgets {

namespace {

constexpr std::size_t kPointsAtOnce = 50'000; ///< looked at within about 5 ms: more go to the background

} // namespace

StudyModel::StudyModel(QObject* parent) : QObject(parent), columnWork_(this) {}

const point::Point* StudyModel::point(point::PointId id) const {
    return snapshot_ && id < snapshot_->points.size() ? &snapshot_->points[id] : nullptr;
}

std::optional<point::PointId> StudyModel::current() const {
    return selection_.empty() ? std::nullopt : std::optional(selection_.back());
}

void StudyModel::setStudy(const StudyViewPtr& study) {
    columnWork_.cancel();
    rebuilding_ = false;
    columns_.clear();
    snapshot_.reset();
    selection_.clear();
    hovered_.reset();
    brushed_ = {};
    study_ = study;
    network_ = study ? study->network : nullptr;
    Q_EMIT studyChanged();
    Q_EMIT selectionChanged();
}

void StudyModel::setNetwork(const std::shared_ptr<const nn::Graph>& network) {
    network_ = network;
    Q_EMIT networkChanged();
}

void StudyModel::setSnapshot(const SnapshotPtr& snapshot) {
    snapshot_ = snapshot;
    updateColumns();
    Q_EMIT snapshotChanged();
}

void StudyModel::wantColumns(const std::set<point::Metric>& metrics) {
    columns_.want(metrics);
    if (snapshot_ && columns_.workOf(*snapshot_) > 0 && updateColumns()) {
        Q_EMIT columnsChanged();
    }
}

bool StudyModel::updateColumns() {
    if (!snapshot_ || rebuilding_) {
        return false; // what is being made anew catches up when it comes
    }
    if (columns_.workOf(*snapshot_) > kPointsAtOnce) {
        rebuildColumns();
        return false;
    }
    columns_.update(*snapshot_);
    return true;
}

void StudyModel::rebuildColumns() {
    rebuilding_ = true;
    columnWork_.ask(
        [snapshot = snapshot_, columns = columns_.cleared()](const std::stop_token& overtaken) {
            PointColumns made = columns;
            made.update(*snapshot, overtaken);
            return made;
        },
        [this](const Outcome<PointColumns>& outcome) {
            rebuilding_ = false;
            if (outcome.index() == 0) {
                Q_EMIT failed(std::get<0>(outcome));
                return;
            }
            const std::set<point::Metric> wanted = columns_.wanted(); // more by now, perhaps
            columns_ = std::get<1>(outcome);
            columns_.want(wanted);
            updateColumns();
            Q_EMIT columnsChanged();
        });
}

void StudyModel::select(const std::vector<point::PointId>& ids) {
    std::vector<point::PointId> known;
    std::ranges::copy_if(ids, std::back_inserter(known),
                         [this](point::PointId id) { return point(id) != nullptr; });
    if (known.empty() && !ids.empty()) {
        return;
    }
    selection_ = std::move(known);
    Q_EMIT selectionChanged();
}

void StudyModel::hover(std::optional<point::PointId> id) {
    if (id != hovered_) {
        hovered_ = id;
        Q_EMIT hoverChanged();
    }
}

void StudyModel::brush(PointSet points) {
    if (points != brushed_) {
        brushed_ = std::move(points);
        Q_EMIT brushChanged();
    }
}

} // namespace tandem::widgets
