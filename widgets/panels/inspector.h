// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/study_view.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QScrollArea;
class QTableView;

namespace tandem::widgets {

class ResourceGauge;
class RowsModel;

/// Everything about the selected point: figures with their sources, what it takes of the device, its layers
/// and its parameters; and what can be done with it.
class Inspector : public QWidget {
    Q_OBJECT
  public:
    explicit Inspector(QWidget* parent = nullptr);

    void setStudy(const StudyViewPtr& study);
    /// Shows the newest state of the selected point.
    void setSnapshot(const SnapshotPtr& snapshot);
    void setPoint(std::optional<point::PointId> id);
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
    void showPoint(const point::Point& point);
    static QStringList layerHeadings(bool asic);
    void showFit();
    void showGauges(const point::Metrics& metrics);
    void showLayers(const point::Encoding& encoding);
    void showEnergy(const std::vector<judge::LayerDetails>& layers);
    void showHost();
    void showParameters(const point::Encoding& encoding);

    StudyViewPtr study_;
    SnapshotPtr snapshot_;
    std::optional<point::PointId> id_;
    std::optional<point::Point> shown_;
    bool refining_ = false;

    QLabel *title_, *subtitle_, *hint_;
    QPushButton *pin_, *refine_, *train_, *export_;
    QScrollArea* body_;
    std::vector<Gauge> gauges_;
    RowsModel *metrics_, *layers_, *energy_, *host_, *parameters_;
    QTableView *metricView_, *layerView_, *energyView_, *hostView_, *parameterView_;
    QLabel *hostHeading_, *fit_;
};

} // namespace tandem::widgets
