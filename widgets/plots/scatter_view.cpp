// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/scatter_view.h"

#include "widgets/models/format.h"
#include "widgets/models/front_places.h"
#include "widgets/models/point_text.h"
#include "widgets/plots/axis_picker.h"
#include "widgets/plots/cloud_plottable.h"
#include "widgets/plots/plot_axes.h"
#include "widgets/plots/plot_legend.h"
#include "widgets/session/study_model.h"

#include <QAccessible>
#include <qcustomplot.h>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QToolTip>

namespace tandem::widgets {

namespace {

constexpr int kReach = 12; ///< logical pixels around the cursor in which a point is picked

} // namespace

ViewKind ScatterView::kind() {
    return {QStringLiteral("scatterView"),
            tr("Scatter"),
            Side::Centre,
            0,
            true,
            [](const ViewServices& services, QWidget* parent) {
                return new ScatterView(services.model, parent);
            }};
}

ScatterView::ScatterView(StudyModel& model, QWidget* parent) : QWidget(parent), model_(model) {
    buildPlot();
    buildControls();
    x_->setChoice(cloud_.xAxis());
    y_->setChoice(cloud_.yAxis());
    applyAxes();
    recolor();
    updateDescription();
    connectModel();
    showStudy();
}

ScatterView::~ScatterView() = default;

void ScatterView::connectModel() {
    connect(&model_, &StudyModel::studyChanged, this, &ScatterView::showStudy);
    connect(&model_, &StudyModel::snapshotChanged, this, &ScatterView::showSnapshot);
    connect(&model_, &StudyModel::columnsChanged, this, &ScatterView::showColumns);
    connect(&model_, &StudyModel::selectionChanged, this, [this] {
        showCursor();
        updateDescription();
    });
    connect(&model_, &StudyModel::hoverChanged, this, &ScatterView::showCursor);
    connect(&model_, &StudyModel::fitWanted, this, &ScatterView::fit);
}

void ScatterView::buildPlot() {
    plot_ = new QCustomPlot(this);
    plot_->setObjectName(QStringLiteral("scatterPlot"));
    plot_->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    plot_->setFocusPolicy(Qt::StrongFocus);
    plot_->setMouseTracking(true);
    plot_->setMinimumSize(240, 180);
    plot_->setLocale(QLocale());
    plot_->installEventFilter(this);
    const auto addLayer = [this](const QString& name) {
        plot_->addLayer(name, plot_->layer(QStringLiteral("axes")), QCustomPlot::limBelow);
        plot_->layer(name)->setMode(QCPLayer::lmBuffered);
        return plot_->layer(name);
    };
    cloudLayer_ = addLayer(QStringLiteral("cloud"));
    frontLayer_ = addLayer(QStringLiteral("front"));
    cursorLayer_ = addLayer(QStringLiteral("cursor"));

    plottable_ = new CloudPlottable(plot_->xAxis, plot_->yAxis, cloud_);
    plottable_->setLayer(cloudLayer_);
    frontLine_ = new QCPCurve(plot_->xAxis, plot_->yAxis);
    frontLine_->setLayer(frontLayer_);
    const auto addBars = [this](QCPErrorBars::ErrorType type) {
        auto* bars = new QCPErrorBars(plot_->xAxis, plot_->yAxis);
        bars->setLayer(frontLayer_);
        bars->setErrorType(type);
        bars->setWhiskerWidth(5);
        bars->setSymbolGap(7);
        bars->setSelectable(QCP::stNone);
        return bars;
    };
    frontXBars_ = addBars(QCPErrorBars::etKeyError);
    frontYBars_ = addBars(QCPErrorBars::etValueError);
    const auto addMarks = [this](QCPLayer* layer) {
        QCPGraph* graph = plot_->addGraph();
        graph->setLayer(layer);
        graph->setLineStyle(QCPGraph::lsNone);
        graph->setAdaptiveSampling(false);
        graph->setSelectable(QCP::stNone);
        return graph;
    };
    frontLine_->setSelectable(QCP::stNone);
    frontCrowd_ = addMarks(frontLayer_);
    for (QCPGraph*& marks : frontMarks_) {
        marks = addMarks(frontLayer_);
    }
    frontXBars_->setDataPlottable(frontLine_);
    frontYBars_->setDataPlottable(frontLine_);
    hoverMark_ = addMarks(cursorLayer_);
    selectionMark_ = addMarks(cursorLayer_);
    connect(plot_->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &ScatterView::setTicks);
    connect(plot_->yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &ScatterView::setTicks);
}

void ScatterView::buildControls() {
    y_ = new AxisPicker(tr("Metric on the vertical axis"), tr("Logarithmic vertical axis"),
                        QStringLiteral("y"), this);
    x_ = new AxisPicker(tr("Metric on the horizontal axis"), tr("Logarithmic horizontal axis"),
                        QStringLiteral("x"), this);
    auto* fitButton = new QToolButton(this);
    fitButton->setText(tr("Fit"));
    fitButton->setToolTip(tr("Show all points inside the rules and follow them (double click, or key 0)"));
    connect(fitButton, &QToolButton::clicked, this, &ScatterView::fit);
    for (const AxisPicker* picker : {x_, y_}) {
        connect(picker, &AxisPicker::changed, this, [this] { setAxes(x_->choice(), y_->choice()); });
    }
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 6, 8, 4);
    row->setSpacing(6);
    row->addWidget(y_);
    auto* against = captionLabel(tr("against"), this);
    row->addWidget(against);
    row->addWidget(x_);
    row->addStretch();
    row->addWidget(fitButton);

    readout_ = new QLabel(this);
    readout_->setObjectName(QStringLiteral("readout"));
    readout_->setTextFormat(Qt::PlainText);
    readout_->setMinimumWidth(0);
    readout_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(8, 2, 8, 6);
    foot->setSpacing(2);
    foot->addWidget(new PlotLegend(this));
    foot->addWidget(readout_);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(plot_, 1);
    column->addLayout(foot);
}

void ScatterView::showStudy() {
    cloud_.clear();
    plottable_->invalidate();
    populated_ = false;
    following_ = true;
    if (const StudyViewPtr& study = model_.study()) {
        const bool hasData = !study->setup.data.empty();
        AxisChoice y{hasData ? point::Metric::Accuracy : point::Metric::Agreement, false};
        AxisChoice x{point::Metric::LatencyMs, true};
        const auto& objectives = study->setup.objectives;
        if (objectives.size() >= 2) {
            y.metric = objectives[0].metric;
            x.metric = objectives[1].metric;
        }
        setAxes(x, y);
    }
    drawFront();
    drawCursor();
    replot(true);
}

void ScatterView::showSnapshot() {
    if (model_.snapshot()) {
        showColumns();
        updateDescription();
    }
}

void ScatterView::showColumns() {
    if (cloud_.update(model_.columns()) == PointCloud::Change::Rebuilt) {
        plottable_->invalidate();
    }
    const QCPRange before[2] = {plot_->xAxis->range(), plot_->yAxis->range()};
    followExtent(!populated_);
    populated_ = populated_ || cloud_.size() > 0;
    drawFront();
    drawCursor();
    replot(before[0] != plot_->xAxis->range() || before[1] != plot_->yAxis->range());
}

void ScatterView::setAxes(AxisChoice x, AxisChoice y) {
    cloud_.setAxes(x, y);
    plottable_->invalidate();
    populated_ = false;
    model_.wantColumns(cloud_.metrics());
    cloud_.update(model_.columns());
    populated_ = cloud_.size() > 0;
    x_->setChoice(cloud_.xAxis());
    y_->setChoice(cloud_.yAxis());
    applyAxes();
    fit();
    updateDescription();
}

void ScatterView::applyAxes() {
    const auto apply = [](QCPAxis* axis, const AxisChoice& choice) {
        axis->setLabel(metricHeading(choice.metric));
        axis->setScaleType(choice.logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
        axis->setRange(padded({}, choice.logarithmic));
    };
    apply(plot_->xAxis, cloud_.xAxis());
    apply(plot_->yAxis, cloud_.yAxis());
    setTicks();
}

void ScatterView::setTicks() {
    styleTicks(plot_->xAxis, cloud_.xAxis().logarithmic);
    styleTicks(plot_->yAxis, cloud_.yAxis().logarithmic);
}

void ScatterView::followExtent(bool always) {
    if (!following_) {
        return;
    }
    const auto follow = [always](QCPAxis* axis, Interval extent, bool logarithmic) {
        if (always || needsFit(axis->range(), extent, logarithmic)) {
            axis->setRange(padded(extent, logarithmic));
        }
    };
    follow(plot_->xAxis, cloud_.xExtent(), cloud_.xAxis().logarithmic);
    follow(plot_->yAxis, cloud_.yExtent(), cloud_.yAxis().logarithmic);
}

void ScatterView::fit() {
    following_ = true;
    followExtent(true);
    drawFront();
    drawCursor();
    replot(true);
}

void ScatterView::drawFront() {
    const SnapshotPtr& snapshot = model_.snapshot();
    const FrontPlaces places =
        snapshot ? frontPlaces(*snapshot, cloud_.xAxis().metric, cloud_.yAxis().metric) : FrontPlaces{};
    frontCrowd_->setData(places.crowdXs, places.crowdYs);
    frontLine_->setData(places.lineXs, places.lineYs);
    for (QCPGraph* marks : frontMarks_) {
        marks->data()->clear();
    }
    for (std::size_t i = 0; i < places.lineLevels.size(); ++i) {
        const auto at = static_cast<qsizetype>(i);
        frontMarks_[static_cast<std::size_t>(places.lineLevels[i])]->addData(places.lineXs[at],
                                                                             places.lineYs[at]);
    }
    frontXBars_->setData(places.lineXDeviations);
    frontYBars_->setData(places.lineYDeviations);
}

void ScatterView::drawCursor() {
    const auto mark = [this](QCPGraph* graph, std::span<const point::PointId> ids) {
        QVector<double> keys, values;
        for (const point::PointId id : ids) {
            const point::Point* shown = model_.point(id);
            const float x = shown != nullptr ? shown->metrics.value(cloud_.xAxis().metric) : NAN;
            const float y = shown != nullptr ? shown->metrics.value(cloud_.yAxis().metric) : NAN;
            if (std::isfinite(x) && std::isfinite(y)) {
                keys << x;
                values << y;
            }
        }
        graph->setData(keys, values);
    };
    const auto hovered = model_.hovered();
    mark(selectionMark_, model_.selection());
    mark(hoverMark_, hovered ? std::vector{*hovered} : std::vector<point::PointId>{});
    const auto named = hovered ? hovered : model_.current();
    const point::Point* shown = named ? model_.point(*named) : nullptr;
    readout_->setText(shown != nullptr ? pointLine(*shown, cloud_.yAxis().metric, cloud_.xAxis().metric)
                                       : tr("Hover over a point to name it; click to inspect it."));
}

void ScatterView::showCursor() {
    drawCursor();
    cursorLayer_->replot();
}

void ScatterView::replot(bool everything) {
    if (everything) {
        plot_->replot(QCustomPlot::rpQueuedReplot);
    } else {
        cloudLayer_->replot();
        frontLayer_->replot();
        cursorLayer_->replot();
    }
}

QString ScatterView::readout() const {
    return readout_->text();
}

QPointF ScatterView::positionOf(point::PointId id) const {
    const point::Point* shown = model_.point(id);
    if (shown == nullptr) {
        return {};
    }
    return {plot_->xAxis->coordToPixel(shown->metrics.value(cloud_.xAxis().metric)),
            plot_->yAxis->coordToPixel(shown->metrics.value(cloud_.yAxis().metric))};
}

std::optional<point::PointId> ScatterView::pick(QPointF position) const {
    const SnapshotPtr& snapshot = model_.snapshot();
    if (!snapshot || !plot_->axisRect()->rect().contains(position.toPoint())) {
        return std::nullopt;
    }
    std::optional<point::PointId> best;
    double nearest = 8.0; // front points win over the cloud around them
    for (const point::PointId id : snapshot->front) {
        const double distance = QLineF(position, positionOf(id)).length();
        if (distance < nearest) {
            nearest = distance;
            best = id;
        }
    }
    if (!best) {
        if (const auto index = plottable_->nearest(position, kReach)) {
            best = *index;
        }
    }
    return best;
}

void ScatterView::hover(QPointF position, QPoint global) {
    const auto id = pick(position);
    if (id == model_.hovered()) {
        return;
    }
    model_.hover(id);
    if (id && model_.study()) {
        QToolTip::showText(global,
                           pointToolTip(*model_.point(*id), cloud_.yAxis().metric, cloud_.xAxis().metric,
                                        model_.study()->space),
                           plot_);
    } else {
        QToolTip::hideText();
    }
}

void ScatterView::walkFront(int step) {
    const SnapshotPtr& snapshot = model_.snapshot();
    const std::vector<point::PointId> ids =
        snapshot ? frontAlong(*snapshot, cloud_.xAxis().metric) : std::vector<point::PointId>{};
    if (ids.empty()) {
        return;
    }
    const auto current = model_.current();
    const auto found = current ? std::ranges::find(ids, *current) : ids.end();
    const auto last = static_cast<std::ptrdiff_t>(ids.size()) - 1;
    const std::ptrdiff_t at = found == ids.end() ? (step > 0 ? -1 : last + 1) : found - ids.begin();
    model_.select(ids[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at + step, 0, last))]);
}

bool ScatterView::pressKey(int key) {
    constexpr int kEnds = 1 << 20;
    switch (key) {
    case Qt::Key_Right:
    case Qt::Key_Up:
        walkFront(1);
        return true;
    case Qt::Key_Left:
    case Qt::Key_Down:
        walkFront(-1);
        return true;
    case Qt::Key_Home:
        walkFront(-kEnds);
        return true;
    case Qt::Key_End:
        walkFront(kEnds);
        return true;
    case Qt::Key_0:
        fit();
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Minus:
        following_ = false;
        for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis}) {
            axis->scaleRange(key == Qt::Key_Plus ? 0.8 : 1.25);
        }
        replot(true);
        return true;
    default:
        return false;
    }
}

bool ScatterView::eventFilter(QObject* watched, QEvent* event) {
    if (watched != plot_) {
        return QWidget::eventFilter(watched, event);
    }
    switch (event->type()) {
    case QEvent::KeyPress:
        return pressKey(static_cast<QKeyEvent*>(event)->key());
    case QEvent::Wheel:
        following_ = false;
        break;
    case QEvent::MouseButtonPress:
        pressed_ = static_cast<QMouseEvent*>(event)->pos();
        break;
    case QEvent::MouseMove: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->buttons() == Qt::NoButton) {
            hover(mouse->position(), mouse->globalPosition().toPoint());
        } else if ((mouse->pos() - pressed_).manhattanLength() > 3) {
            following_ = false;
        }
        break;
    }
    case QEvent::MouseButtonRelease: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() == Qt::LeftButton && (mouse->pos() - pressed_).manhattanLength() <= 3) {
            if (const auto id = pick(mouse->position())) {
                model_.select(*id);
            }
        }
        break;
    }
    case QEvent::MouseButtonDblClick:
        fit();
        break;
    case QEvent::Leave:
        hover({-1, -1}, {});
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

void ScatterView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        recolor();
    }
}

void ScatterView::recolor() {
    const PlotColors colors = plotColors(palette());
    plot_->setBackground(colors.background);
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis, plot_->xAxis2, plot_->yAxis2}) {
        colorAxis(axis, colors);
    }
    plottable_->setColors(colors);
    frontLine_->setPen(QPen(colors.front, 1.8));
    for (QCPErrorBars* bars : {frontXBars_, frontYBars_}) {
        bars->setPen(QPen(colors.front, 1.0));
    }
    for (std::size_t level = 0; level < kLevelCount; ++level) {
        frontMarks_[level]->setScatterStyle(
            {markShape(static_cast<Level>(level), 3.5), QPen(colors.front, 1.8), QBrush(colors.background)});
    }
    frontCrowd_->setScatterStyle(
        {QCPScatterStyle::ssSquare, QPen(colors.front, 1), QBrush(colors.front), 2.5});
    selectionMark_->setScatterStyle(
        {QCPScatterStyle::ssCircle, QPen(colors.selected, 2.4), QBrush(Qt::NoBrush), 14});
    hoverMark_->setScatterStyle(
        {QCPScatterStyle::ssCircle, QPen(colors.hovered, 2.0), QBrush(Qt::NoBrush), 11});
    replot(true);
}

void ScatterView::updateDescription() {
    const SnapshotPtr& snapshot = model_.snapshot();
    plot_->setAccessibleName(tr("Scatter of all points"));
    QString text = tr("%1 against %2, %3 points, %4 on the front. Arrow keys walk along the front.")
                       .arg(metricLabel(cloud_.yAxis().metric), metricLabel(cloud_.xAxis().metric),
                            formatCount(static_cast<std::int64_t>(cloud_.size())),
                            formatCount(snapshot ? static_cast<std::int64_t>(snapshot->front.size()) : 0));
    const auto current = model_.current();
    if (const point::Point* shown = current ? model_.point(*current) : nullptr) {
        text += QStringLiteral(" ") + pointLine(*shown, cloud_.yAxis().metric, cloud_.xAxis().metric);
    }
    if (text != plot_->accessibleDescription()) {
        plot_->setAccessibleDescription(text);
    }
}

} // namespace tandem::widgets
