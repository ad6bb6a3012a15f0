// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/background.h"
#include "widgets/session/point_columns.h"
#include "widgets/session/point_set.h"
#include "widgets/session/study_view.h"

#include <QObject>

#include <optional>
#include <set>
#include <vector>

namespace tandem::widgets {

/// What a training is to train.
enum class TrainingTarget { Point, Front, Supernet };

/// What every view of the open study shows, and what a person does with it in one of them: views take it in
/// their constructor, listen, and never need to know each other. All of it on the screen's thread.
class StudyModel : public QObject {
    Q_OBJECT
  public:
    explicit StudyModel(QObject* parent = nullptr);

    /// Null while none is open.
    const StudyViewPtr& study() const { return study_; }
    /// The newest state of the study; null at first.
    const SnapshotPtr& snapshot() const { return snapshot_; }
    /// The network of the study, or of the one that is still being made; null where there is none.
    const std::shared_ptr<const nn::Graph>& network() const { return network_; }
    /// A point as the newest snapshot knows it; null where it knows none of this id.
    const point::Point* point(point::PointId id) const;

    /// The selected points, in the order in which they were selected.
    const std::vector<point::PointId>& selection() const { return selection_; }
    /// The selected point that views of a single one show: the last of the selection.
    std::optional<point::PointId> current() const;
    /// The point under the cursor.
    std::optional<point::PointId> hovered() const { return hovered_; }
    /// The points that a person marked out of all; empty where all count.
    const PointSet& brushed() const { return brushed_; }

    /// What views of many points share. It may lag behind snapshot() while many points are looked at anew in
    /// the background.
    const PointColumns& columns() const { return columns_; }
    /// Asks for the columns of metrics; columnsChanged() says when they are there. Before that columns() may
    /// lack them.
    void wantColumns(const std::set<point::Metric>& metrics);

    void setStudy(const StudyViewPtr& study);
    void setSnapshot(const SnapshotPtr& snapshot);
    void setNetwork(const std::shared_ptr<const nn::Graph>& network);
    /// Ids that the study does not have are left out.
    void select(const std::vector<point::PointId>& ids);
    void select(point::PointId id) { select(std::vector{id}); }
    void hover(std::optional<point::PointId> id);
    void brush(PointSet points);

    // What one part of the window wants of another.
    void fit() { Q_EMIT fitWanted(); }
    void askForTraining(TrainingTarget target) { Q_EMIT trainingWanted(target); }
    void askForExport() { Q_EMIT exportWanted(); }
    void raiseView(const QString& name) { Q_EMIT viewRaised(name); }
    void openView(const QString& name) { Q_EMIT viewOpened(name); }

  Q_SIGNALS:
    /// Another study, or none. Selection, hover and brush are gone.
    void studyChanged();
    void snapshotChanged();
    void networkChanged();
    /// Other than with a snapshot: the background is done with them, or a view wanted more.
    void columnsChanged();
    /// A person selected, be it the same again.
    void selectionChanged();
    void hoverChanged();
    void brushChanged();

    /// Plots are to show all points inside the rules.
    void fitWanted();
    void trainingWanted(tandem::widgets::TrainingTarget target);
    void exportWanted();
    /// The data set's settings are to be looked at.
    void dataSettingsWanted();
    /// The view of this name is to lie in front of those that share its place, if it is open.
    void viewRaised(const QString& name);
    /// It is to be opened, to lie in front and to take the keyboard.
    void viewOpened(const QString& name);
    /// Something that a view did failed.
    void failed(const QString& sentence);

  private:
    /// Whether they are up to date now; else they come with columnsChanged().
    bool updateColumns();
    void rebuildColumns();

    StudyViewPtr study_;
    SnapshotPtr snapshot_;
    std::shared_ptr<const nn::Graph> network_;
    std::vector<point::PointId> selection_;
    std::optional<point::PointId> hovered_;
    PointSet brushed_;
    PointColumns columns_;
    bool rebuilding_ = false; ///< columns_ are being made anew in the background
    Newest columnWork_;
};

} // namespace tandem::widgets
