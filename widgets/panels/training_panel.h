// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/study_model.h"
#include "widgets/session/view_kind.h"

#include <QElapsedTimer>
#include <QWidget>

#include <optional>

class QCPGraph;
class QCustomPlot;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QRadioButton;
class QSpinBox;

namespace tandem::widgets {

class AugmentationField;

/// Trains a point, the front or the study's supernet: how, how it goes (loss and accuracy as curves, time
/// left), and what came out; how far the points have climbed with the supernet; and what the study's data set
/// is.
class TrainingPanel : public QWidget {
    Q_OBJECT
  public:
    using Target = TrainingTarget;

    static ViewKind kind();
    explicit TrainingPanel(StudyModel& model, QWidget* parent = nullptr);

    /// What to train. Nothing changes while a training runs.
    void setTarget(Target target);
    engine::TrainingSettings settings() const;
    engine::SupernetSettings supernetSettings() const;

    void showProgress(const engine::TrainingStatus& status);
    /// The next point of the front is being trained.
    void showFrontStep(const engine::FrontStep& step);
    void showFrontResult(std::size_t trained);
    void showResult(const engine::TrainingFigures& figures);
    void showSupernetResult(const engine::SupernetFigures& figures);
    void showLadder(const engine::LadderStatus& ladder);
    void showStopped();
    void showFailure(const QString& sentence);
    bool running() const { return running_; }

    QCustomPlot* plot() const { return plot_; }
    QString status() const;

  Q_SIGNALS:
    void trainWanted(tandem::point::PointId point, const tandem::engine::TrainingSettings& settings);
    void frontWanted(const tandem::engine::TrainingSettings& settings);
    void supernetWanted(const tandem::engine::SupernetSettings& settings);
    void cancelled();
    /// What is said of the study's data set is to be corrected.
    void dataSettingsWanted();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    QLayout* buildTargets();
    void buildFields();
    void buildPlot();
    void buildColumn();
    void recolor();
    void showStudy();
    void showSelection();
    void start();
    void setRunning(bool running);
    void refresh();
    void showRecordedCurve();
    void clearCurve();
    void addToCurve(const engine::TrainingStatus& status);
    void end(const QString& sentence);
    bool isForSupernet() const { return target_ == Target::Supernet; }

    StudyModel& model_;
    std::optional<point::PointId> point_; ///< to train
    Target target_ = Target::Point;
    bool hasData_ = false, running_ = false;
    QElapsedTimer clock_;
    std::int64_t firstStep_ = 0; ///< of this run: a checkpoint may be behind it
    QString step_;               ///< which point of the front is being trained
    QLabel *title_, *status_, *ladder_, *data_;
    QRadioButton *pointTarget_, *frontTarget_, *supernetTarget_;
    QFormLayout* fields_;
    AugmentationField* augmentation_;
    QSpinBox *epochs_, *supernetEpochs_, *distillation_;
    QDoubleSpinBox* rate_;
    QPushButton *start_, *dataSettings_;
    QProgressBar* progress_;
    QCustomPlot* plot_;
    QCPGraph *loss_ = nullptr, *accuracy_ = nullptr;
};

} // namespace tandem::widgets
