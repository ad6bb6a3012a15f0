// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/study_view.h"

#include <QElapsedTimer>
#include <QWidget>

#include <optional>

class QCPGraph;
class QCustomPlot;
class QDoubleSpinBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace tandem::widgets {

/// Trains a point: how, how it goes (loss and accuracy as curves, time left), and what came out; and what
/// the study's data set is.
class TrainingPanel : public QWidget {
    Q_OBJECT
  public:
    explicit TrainingPanel(QWidget* parent = nullptr);

    void setStudy(const StudyViewPtr& study);
    /// The point to train; nothing disables the panel.
    void setPoint(std::optional<space::PointId> point);
    engine::TrainingSettings settings() const;

    void showProgress(const engine::TrainingStatus& status);
    void showResult(const engine::TrainingFigures& figures);
    void showStopped();
    void showFailure(const QString& sentence);
    bool running() const { return running_; }

    QCustomPlot* plot() const { return plot_; }
    QString status() const;

  Q_SIGNALS:
    void trainWanted(tandem::space::PointId point, const tandem::engine::TrainingSettings& settings);
    void cancelled();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void buildPlot();
    void buildFields(class QFormLayout* form);
    void recolor();
    void start();
    void setRunning(bool running);
    void enable();
    void end(const QString& sentence);

    std::optional<space::PointId> point_;
    bool hasData_ = false, running_ = false;
    QElapsedTimer clock_;
    std::int64_t firstStep_ = 0; ///< of this run: a checkpoint may be behind it
    QLabel *title_, *status_, *data_;
    QSpinBox *epochs_, *distillation_;
    QDoubleSpinBox* rate_;
    QPushButton* start_;
    QProgressBar* progress_;
    QCustomPlot* plot_;
    QCPGraph *loss_ = nullptr, *accuracy_ = nullptr;
};

} // namespace tandem::widgets
