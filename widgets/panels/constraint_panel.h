// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/study_view.h"

#include <QWidget>

#include <array>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace tandem::widgets {

class ConstraintRow;
class Steering;

/// What is searched for and what must hold: two to four objectives, constraints of one's own, and the
/// device's budget, which cannot be changed. Every edit takes effect at once.
class ConstraintPanel : public QWidget {
    Q_OBJECT
  public:
    explicit ConstraintPanel(Steering& steering, QWidget* parent = nullptr);

    void setStudy(const StudyViewPtr& study);
    void setSnapshot(const SnapshotPtr& snapshot);
    /// Adds a constraint and steers by it.
    void addConstraint(const point::Constraint& constraint);
    /// The person's own constraints as they are in force.
    const std::vector<point::Constraint>& constraints() const { return own_; }

  private:
    void showObjectives();
    void showBudgets();
    void showRows();
    void readObjectives();
    void readRows();
    void submit(std::vector<point::Constraint> wanted);

    Steering& steering_;
    StudyViewPtr study_;
    SnapshotPtr snapshot_;
    std::vector<point::Objective> objectives_;
    std::vector<point::Constraint> own_, budgets_;
    std::array<QComboBox*, 4> objectiveBoxes_{};
    std::vector<ConstraintRow*> rows_;
    QVBoxLayout* rowColumn_;
    QLabel *budget_, *preview_;
    QPushButton* add_;
};

} // namespace tandem::widgets
