// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/study_view.h"
#include "widgets/session/view_kind.h"

#include <QWidget>

#include <array>
#include <optional>
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
    static ViewKind kind();
    ConstraintPanel(StudyModel& model, Steering& steering, QWidget* parent = nullptr);

    /// Adds a constraint and steers by it.
    void addConstraint(const point::Constraint& constraint);
    /// The person's own constraints as they are in force.
    const std::vector<point::Constraint>& constraints() const { return own_; }

  private:
    /// A change whose effect is to be said when it shows.
    struct Sent {
        std::vector<point::Constraint> constraints;
        std::vector<point::PointId> front; ///< before it
    };
    QLayout* buildObjectives();
    void showStudy();
    void showSnapshot();
    void showEffect();
    void showObjectives();
    void showBudgets();
    void showRows();
    void readObjectives();
    void readRows();
    void submit(std::vector<point::Constraint> wanted);

    StudyModel& model_;
    Steering& steering_;
    std::optional<Sent> sent_;
    std::vector<point::Objective> objectives_;
    std::vector<point::Constraint> own_, budgets_;
    std::array<QComboBox*, 4> objectiveBoxes_{};
    std::vector<ConstraintRow*> rows_;
    QVBoxLayout* rowColumn_;
    QLabel *budget_, *effect_;
    QPushButton* add_;
};

} // namespace tandem::widgets
