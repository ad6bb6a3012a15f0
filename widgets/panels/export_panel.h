// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/export_job.h"
#include "widgets/session/view_kind.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace tandem::widgets {

class RowsModel;

/// Hands a point over: where to, what, how far it is, and what verification found.
class ExportPanel : public QWidget {
    Q_OBJECT
  public:
    static ViewKind kind();
    /// `exports` is where the points of a study go that is in no file.
    ExportPanel(StudyModel& model, std::filesystem::path exports, QWidget* parent = nullptr);

    void setFolder(const QString& folder);
    QString folder() const;
    ExportRequest request() const;

    void showProgress(const QString& doing, double done);
    void showOutcome(const ExportOutcome& outcome);
    void showFailure(const QString& sentence);
    bool running() const { return running_; }

    RowsModel& results() { return *results_; }

  Q_SIGNALS:
    void exportWanted(const tandem::widgets::ExportRequest& request);
    void cancelled();

  private:
    void connectButtons();
    /// The selected point is the one to export; none disables the panel.
    void showSelection();
    void start();
    void setRunning(bool running);
    void enable();

    StudyModel& model_;
    std::filesystem::path exports_;
    std::optional<point::Point> point_;
    bool running_ = false;
    QLabel *title_, *status_;
    QLineEdit* folder_;
    QPushButton *browse_, *start_, *open_;
    QCheckBox *cpp_, *rtl_, *onnx_, *report_, *verify_;
    QProgressBar* progress_;
    RowsModel* results_;
    QTableView* resultView_;
};

} // namespace tandem::widgets
