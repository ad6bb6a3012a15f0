// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/point_cloud.h"
#include "widgets/session/study_view.h"
#include "widgets/session/view_kind.h"

#include <QWidget>

#include <array>
#include <optional>

class QCPCurve;
class QCPErrorBars;
class QCPGraph;
class QCPLayer;
class QCustomPlot;
class QLabel;
class QMouseEvent;

namespace tandem::widgets {

class AxisPicker;
class CloudPlottable;

/// Live scatter of any metric against any other: all points, the front with the standard deviations of what
/// is predicted, and the point that is selected or under the cursor. The shape of a mark is that of its
/// level. The wheel zooms, dragging moves, a double click shows everything; with the keyboard the arrow keys
/// walk along the front.
class ScatterView : public QWidget {
    Q_OBJECT
  public:
    static ViewKind kind();
    explicit ScatterView(StudyModel& model, QWidget* parent = nullptr);
    ~ScatterView() override;

    void setAxes(AxisChoice x, AxisChoice y);
    AxisChoice xAxis() const { return cloud_.xAxis(); }
    AxisChoice yAxis() const { return cloud_.yAxis(); }
    /// Shows all points inside the rules and follows them as they come.
    void fit();

    QCustomPlot* plot() const { return plot_; }
    const CloudPlottable& cloud() const { return *plottable_; }
    /// Where a point is drawn, in coordinates of plot().
    QPointF positionOf(point::PointId id) const;
    QString readout() const;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void buildControls();
    void buildPlot();
    void connectModel();
    /// Forgets all points and chooses axes that fit the study's objectives.
    void showStudy();
    void showSnapshot();
    void showColumns();
    void showCursor();
    void recolor();
    void applyAxes();
    void setTicks();
    void followExtent(bool always);
    void drawFront();
    void drawCursor();
    void replot(bool everything);
    void hover(QPointF position, QPoint global);
    bool pressKey(int key);
    void walkFront(int step);
    std::optional<point::PointId> pick(QPointF position) const;
    void updateDescription();

    StudyModel& model_;
    PointCloud cloud_;
    bool following_ = true;
    bool populated_ = false;

    QCustomPlot* plot_ = nullptr;
    CloudPlottable* plottable_ = nullptr;
    QCPCurve* frontLine_ = nullptr;
    QCPErrorBars *frontXBars_ = nullptr, *frontYBars_ = nullptr; // standard deviations of predicted figures
    std::array<QCPGraph*, kLevelCount> frontMarks_{};            // by level
    QCPGraph *frontCrowd_ = nullptr, *selectionMark_ = nullptr, *hoverMark_ = nullptr;
    QCPLayer *cloudLayer_ = nullptr, *frontLayer_ = nullptr, *cursorLayer_ = nullptr;
    AxisPicker *x_ = nullptr, *y_ = nullptr;
    QLabel* readout_ = nullptr;
    QPoint pressed_;
};

} // namespace tandem::widgets
