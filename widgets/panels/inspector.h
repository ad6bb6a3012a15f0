// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/study_view.h"
#include "widgets/session/view_kind.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QScrollArea;
class QTableView;
class QVBoxLayout;

namespace tandem::widgets {

class ResourceGauge;
class RowsModel;

/// Everything about the selected point: figures with their sources, what it takes of the device, its layers
/// and its parameters; and what can be done with it.
class Inspector : public QWidget {
    Q_OBJECT
  public:
    static ViewKind kind();
    explicit Inspector(StudyModel& model, QWidget* parent = nullptr);

    std::optional<point::PointId> point() const { return id_; }
    /// While a refinement runs the button says so.
    void setRefining(bool refining);

    RowsModel& metrics() { return *metrics_; }
    RowsModel& layers() { return *layers_; }
    RowsModel& energy() { return *energy_; }
    RowsModel& host() { return *host_; }
    RowsModel& parameters() { return *parameters_; }

  Q_SIGNALS:
    void pinWanted(const tandem::point::Encoding& encoding);
    void refineWanted(tandem::point::PointId id);
    void trainWanted(tandem::point::PointId id);
    void exportWanted(tandem::point::PointId id);

  private:
    struct Gauge {
        point::Metric metric;
        double hw::Device::*budget;
        ResourceGauge* bar;
    };
    void buildBody();
    void buildHead(QVBoxLayout* outer);
    void showStudy();
    void showSelection();
    /// The newest state of the point.
    void showSnapshot();
    void showPoint(const point::Point& point);
    std::optional<codegen::MeasuredOn> measuredOn(const point::Point& point, point::Metric metric) const;
    static QStringList layerHeadings(bool asic);
    void showFit();
    void showGauges(const point::Metrics& metrics);
    void showLayers(const point::Point& point);
    void showEnergy(const std::vector<judge::LayerDetails>& layers);
    void showHost();
    void showParameters(const point::Encoding& encoding);

    StudyModel& model_;
    std::optional<point::PointId> id_;
    std::optional<point::Point> shown_;
    bool refining_ = false;

    QLabel *title_, *subtitle_, *hint_;
    QPushButton *pin_, *refine_, *train_, *export_;
    QScrollArea* body_;
    std::vector<Gauge> gauges_;
    RowsModel *metrics_, *layers_, *energy_, *host_, *parameters_;
    QTableView *metricView_, *layerView_, *energyView_, *hostView_, *parameterView_;
    QLabel *hostHeading_, *fit_, *fault_;
};

} // namespace tandem::widgets
