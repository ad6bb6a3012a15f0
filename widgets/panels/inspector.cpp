// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/inspector.h"

#include "core/judge/accuracy/share_interval.h"
#include "core/judge/cost/cost.h"
#include "widgets/models/format.h"
#include "widgets/models/rows_model.h"
#include "widgets/panels/resource_gauge.h"
#include "widgets/panels/table_view.h"
#include "widgets/session/session_controller.h"
#include "widgets/session/study_model.h"
#include "widgets/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace tandem::widgets {

ViewKind Inspector::kind() {
    return {QStringLiteral("inspectorDock"),
            tr("Point"),
            Side::Right,
            0,
            true,
            [](const ViewServices& services, QWidget* parent) {
                auto* view = new Inspector(services.model, parent);
                StudyModel& model = services.model;
                SessionController& controller = services.controller;
                connect(view, &Inspector::pinWanted, &controller, [&](const point::Encoding& encoding) {
                    controller.steering().pinAll(model.study()->space, model.snapshot()->rules.ranges,
                                                 encoding);
                });
                connect(view, &Inspector::refineWanted, &controller, &SessionController::refine);
                connect(view, &Inspector::trainWanted, &model,
                        [&] { model.askForTraining(TrainingTarget::Point); });
                connect(view, &Inspector::exportWanted, &model, &StudyModel::askForExport);
                connect(&controller, &SessionController::refiningChanged, view, &Inspector::setRefining);
                return view;
            }};
}

Inspector::Inspector(StudyModel& model, QWidget* parent)
    : QWidget(parent),
      model_(model),
      title_(headingLabel({}, this)),
      subtitle_(captionLabel({}, this)),
      hint_(captionLabel(tr("Select a point in the scatter or in the front table."), this)),
      pin_(new QPushButton(tr("Pin these values"), this)),
      refine_(new QPushButton(tr("Refine"), this)),
      train_(new QPushButton(tr("Train…"), this)),
      export_(new QPushButton(tr("Export…"), this)),
      body_(new QScrollArea(this)),
      metrics_(new RowsModel({tr("Metric"), tr("Value"), tr("Source")}, {1}, this)),
      layers_(new RowsModel(layerHeadings(false), {1, 2, 3, 4, 5, 6}, this)),
      energy_(
          new RowsModel({tr("Layer"), tr("Computing"), tr("On-chip"), tr("DRAM"), tr("Static"), tr("Sum")},
                        {1, 2, 3, 4, 5}, this)),
      host_(new RowsModel({tr("Operator"), tr("Operations"), tr("Bytes"), tr("Time")}, {1, 2, 3}, this)),
      parameters_(new RowsModel({tr("Parameter"), tr("Value"), tr("Imported")}, {1, 2}, this)),
      metricView_(plainTable(metrics_, tr("Metrics of the point"), this)),
      layerView_(plainTable(layers_, tr("Layers of the point's accelerator"), this)),
      energyView_(plainTable(energy_, tr("Energy of the point's layers by kind, in nanojoules"), this)),
      hostView_(plainTable(host_, tr("What the host does for every frame"), this)),
      parameterView_(plainTable(parameters_, tr("Parameters of the point"), this)),
      hostHeading_(headingLabel({}, this)),
      fit_(captionLabel({}, this)),
      fault_(captionLabel({}, this)) {
    pin_->setToolTip(tr("Hold every parameter at this point's value"));
    refine_->setToolTip(tr("Replay the exact cycles and measure the integer network of this point"));
    train_->setToolTip(tr("Fine-tune this point's network and measure its accuracy on the test samples"));
    export_->setToolTip(tr("Write C++, RTL, ONNX and a report for this point, and verify them"));
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.2);
    large.setBold(true);
    title_->setFont(large);
    hint_->setWordWrap(true);
    hint_->setAlignment(Qt::AlignCenter);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(4);
    buildHead(outer);
    buildBody();
    outer->addWidget(hint_, 1);
    outer->addWidget(body_, 1);
    connect(&model_, &StudyModel::studyChanged, this, &Inspector::showStudy);
    connect(&model_, &StudyModel::snapshotChanged, this, &Inspector::showSnapshot);
    connect(&model_, &StudyModel::selectionChanged, this, &Inspector::showSelection);
    showStudy();
}

void Inspector::buildBody() {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(10, 4, 10, 10);
    column->setSpacing(4);
    fault_->setWordWrap(true);
    fault_->setObjectName(QStringLiteral("fault"));
    fault_->hide();
    column->addWidget(fault_);
    column->addWidget(headingLabel(tr("Resources")));
    const std::array<std::pair<point::Metric, double hw::Device::*>, 5> budgets{
        {{point::Metric::Lut, &hw::Device::lut},
         {point::Metric::Ff, &hw::Device::ff},
         {point::Metric::Dsp, &hw::Device::dsp},
         {point::Metric::Bram, &hw::Device::bram36},
         {point::Metric::AreaMm2, &hw::Device::areaMm2}}};
    for (const auto& [metric, budget] : budgets) {
        gauges_.push_back({metric, budget, new ResourceGauge(metricLabel(metric))});
        column->addWidget(gauges_.back().bar);
    }
    fit_->setWordWrap(true);
    fit_->setObjectName(QStringLiteral("fitErrors"));
    column->addWidget(fit_);
    for (const auto& [heading, view] :
         {std::pair{headingLabel(tr("Metrics")), metricView_},
          std::pair{headingLabel(tr("Layers (modelled)")), layerView_},
          std::pair{headingLabel(tr("Energy of a frame, nJ (modelled)")), energyView_},
          std::pair{hostHeading_, hostView_}, std::pair{headingLabel(tr("Parameters")), parameterView_}}) {
        column->addSpacing(8);
        column->addWidget(heading);
        column->addWidget(view);
    }
    column->addStretch();
    body_->setWidget(content);
    body_->setWidgetResizable(true);
    body_->setFrameShape(QFrame::NoFrame);
}

void Inspector::buildHead(QVBoxLayout* outer) {
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    for (QPushButton* button : {pin_, refine_, train_, export_}) {
        buttons->addWidget(button);
    }
    auto* head = new QVBoxLayout;
    head->setContentsMargins(10, 8, 10, 4);
    head->setSpacing(2);
    head->addWidget(title_);
    head->addWidget(subtitle_);
    head->addSpacing(4);
    head->addLayout(buttons);
    outer->addLayout(head);
    connect(pin_, &QPushButton::clicked, this, [this] { Q_EMIT pinWanted(shown_->encoding); });
    connect(refine_, &QPushButton::clicked, this, [this] { Q_EMIT refineWanted(*id_); });
    connect(train_, &QPushButton::clicked, this, [this] { Q_EMIT trainWanted(*id_); });
    connect(export_, &QPushButton::clicked, this, [this] { Q_EMIT exportWanted(*id_); });
}

void Inspector::showStudy() {
    if (const StudyViewPtr& study = model_.study()) {
        layers_->setHeadings(layerHeadings(study->device.family == hw::DeviceFamily::Asic));
        showFit();
    }
    showSelection();
}

QStringList Inspector::layerHeadings(bool asic) {
    return {tr("Layer"),
            tr("PE × SIMD"),
            tr("Bits"),
            tr("Cycles"),
            asic ? tr("Cells, µm²") : tr("DSP"),
            asic ? tr("Macro bits") : tr("BRAM"),
            tr("Load")};
}

void Inspector::showFit() {
    QStringList parts;
    int designs = 0;
    for (const point::Metric metric : {point::Metric::Lut, point::Metric::AreaMm2, point::Metric::Ff}) {
        const bool asic = model_.study()->device.family == hw::DeviceFamily::Asic;
        const auto error = judge::fitErrorOf(metric, model_.study()->device);
        if (metric == (asic ? point::Metric::Lut : point::Metric::AreaMm2) || !error) {
            continue; // the family has no such thing
        }
        designs = error->designs;
        parts += tr("%1 %2 % (at worst %3 %)")
                     .arg(metricLabel(metric))
                     .arg(std::lround(100.0 * error->mean))
                     .arg(std::lround(100.0 * error->worst));
    }
    fit_->setText(tr("Fitted, off on average by: %1").arg(parts.join(QStringLiteral(", "))));
    fit_->setToolTip(tr("How far these figures were off from what Yosys counts on %n design(s) that the fit "
                        "left out",
                        nullptr, designs));
}

void Inspector::setRefining(bool refining) {
    refining_ = refining;
    refine_->setText(refining ? tr("Refining…") : tr("Refine"));
    refine_->setEnabled(shown_ && !refining);
}

void Inspector::showSelection() {
    id_ = model_.current();
    shown_.reset();
    showSnapshot();
    const bool any = shown_.has_value();
    body_->setVisible(any);
    hint_->setVisible(!any);
    title_->setVisible(any);
    subtitle_->setVisible(any);
    for (QPushButton* button : {pin_, refine_, train_, export_}) {
        button->setVisible(any);
    }
    setRefining(refining_);
}

void Inspector::showSnapshot() {
    const SnapshotPtr& snapshot = model_.snapshot();
    if (!id_ || model_.point(*id_) == nullptr || !model_.study()) {
        return;
    }
    const point::Point& point = snapshot->points[*id_];
    const bool onFront = std::ranges::find(snapshot->front, *id_) != snapshot->front.end();
    const bool inside = point::contains(snapshot->rules.ranges, point.encoding);
    const double violation = point::totalViolation(snapshot->rules.constraints, point.metrics);
    const bool isBuilt = !(point.metrics.value(point::Metric::Faults) > 0);
    const QString subtitle = (!isBuilt        ? tr("Cannot be built")
                              : onFront       ? tr("On the front")
                              : violation > 0 ? tr("Breaks a constraint")
                              : !inside       ? tr("Outside the pins and bounds in force")
                                              : tr("Dominated by the front")) +
                             tr("  ·  sampled in epoch %1").arg(point.epoch);
    if (subtitle != subtitle_->text()) {
        subtitle_->setText(subtitle);
    }
    if (!shown_ || shown_->metrics != point.metrics) {
        showPoint(point);
    }
}

std::optional<codegen::MeasuredOn> Inspector::measuredOn(const point::Point& point,
                                                         point::Metric metric) const {
    const StudyView& study = *model_.study();
    const bool isMeasured = point.metrics.source(metric) == point::Source::Measured;
    return isMeasured && study.measuredOn ? study.measuredOn(point.id, metric) : std::nullopt;
}

void Inspector::showPoint(const point::Point& point) {
    const bool sameNetwork = shown_ && shown_->encoding == point.encoding;
    shown_ = point;
    title_->setText(pointName(point.id));
    std::vector<TextRow> rows;
    for (const point::Metric metric : point::metricsInOrder()) {
        const point::Source source = point.metrics.source(metric);
        if (source != point::Source::None) {
            QString value = formatWithUnit(metric, point.metrics.value(metric));
            QString from = sourceText(source);
            if (isUncertain(point.metrics, metric)) {
                from += QStringLiteral(" ± %1").arg(formatNumber(point.metrics.accuracyDeviation));
            }
            QString toolTip = formatFigure(point.metrics, metric);
            if (const auto on = measuredOn(point, metric)) {
                const judge::ShareInterval interval =
                    judge::shareInterval(point.metrics.value(metric), on->count);
                from = tr("%1 on %2").arg(from, measuredOnText(*on));
                toolTip += QStringLiteral("\n") + tr("On %1, with a probability of 95 % between %2 and %3 %")
                                                      .arg(measuredOnText(*on), formatNumber(interval.low),
                                                           formatNumber(interval.high));
            }
            if (const auto error = judge::fitErrorOf(metric, model_.study()->device)) {
                from += tr(" ± %1 %").arg(std::lround(100.0 * error->mean));
                toolTip +=
                    QStringLiteral("\n") +
                    tr("Fitted: off by %1 % on average, %2 % at worst, on %3 designs that the fit left out")
                        .arg(std::lround(100.0 * error->mean))
                        .arg(std::lround(100.0 * error->worst))
                        .arg(error->designs);
            }
            rows.push_back({{metricLabel(metric), value, from},
                            toolTip,
                            metric == point::Metric::LatencyMs || metric == point::Metric::EnergyMj});
        }
    }
    metrics_->setRows(std::move(rows));
    fitColumns(metricView_, 0);
    fitHeight(metricView_);
    showGauges(point.metrics);
    const bool isAtFault = point.metrics.value(point::Metric::Faults) > 0;
    for (QPushButton* button : {refine_, train_, export_}) {
        button->setVisible(!isAtFault);
    }
    showLayers(point);
    if (!sameNetwork) {
        showHost();
        showParameters(point.encoding);
    }
}

void Inspector::showGauges(const point::Metrics& metrics) {
    for (const Gauge& gauge : gauges_) {
        const double budget = model_.study()->device.*gauge.budget;
        gauge.bar->setVisible(budget > 0.0 && metrics.source(gauge.metric) != point::Source::None);
        gauge.bar->setUse(metrics.value(gauge.metric), budget, sourceText(metrics.source(gauge.metric)));
    }
}

void Inspector::showLayers(const point::Point& point) {
    const bool asic = model_.study()->device.family == hw::DeviceFamily::Asic;
    std::vector<TextRow> rows;
    const StudyView& study = *model_.study();
    const bool isAtFault = point.metrics.value(point::Metric::Faults) > 0;
    const hw::Fault fault = isAtFault && study.fault ? study.fault(point.encoding) : std::nullopt;
    fault_->setText(fault ? tr("Cannot be built as chosen: %1").arg(fromUtf8(*fault)) : QString());
    fault_->setVisible(fault.has_value());
    const std::vector<judge::LayerDetails> all =
        study.layers && !fault ? study.layers(point.id) : std::vector<judge::LayerDetails>{};
    for (const judge::LayerDetails& details : all) {
        const hw::Layer& layer = details.layer;
        const hw::Resources& used = details.resources;
        const QString kind = fromUtf8(judge::describe(layer));
        rows.push_back({{kind,
                         QStringLiteral("%1 × %2 %3")
                             .arg(details.folding.pe)
                             .arg(details.folding.simd)
                             .arg(fromUtf8(hw::toString(details.folding.multiplier))),
                         QStringLiteral("%1/%2").arg(layer.weightBits).arg(layer.outputBits),
                         formatCount(details.interval),
                         asic ? formatCount(std::llround(used.cellsUm2)) : formatCount(used.dsp),
                         asic ? formatCount(used.sramBits + used.romBits) : formatNumber(used.bram36()),
                         QStringLiteral("%1 %").arg(std::lround(100.0 * details.load))},
                        tr("%1: %2, %3 × %4 × %5 → %6 × %7 × %8, %9 MACs")
                            .arg(fromUtf8(layer.name), kind)
                            .arg(layer.inputChannels)
                            .arg(layer.inputHeight)
                            .arg(layer.inputWidth)
                            .arg(layer.outputChannels)
                            .arg(layer.outputHeight)
                            .arg(layer.outputWidth)
                            .arg(formatCount(details.macs)),
                        details.load >= 1.0});
    }
    layers_->setRows(std::move(rows));
    fitColumns(layerView_, 0);
    fitHeight(layerView_);
    showEnergy(all);
}

void Inspector::showEnergy(const std::vector<judge::LayerDetails>& layers) {
    const auto row = [](const QString& name, const hw::Energy& energy, double staticPj, bool sum) {
        const auto nanojoules = [](double pj) { return formatNumber(pj * 1e-3); };
        return TextRow{{name, nanojoules(energy.compute), nanojoules(energy.onChip), nanojoules(energy.dram),
                        nanojoules(staticPj), nanojoules(energy.total() + staticPj)},
                       {},
                       sum};
    };
    std::vector<TextRow> rows;
    hw::Energy total;
    double staticPj = 0.0;
    for (const judge::LayerDetails& details : layers) {
        rows.push_back(
            row(fromUtf8(judge::describe(details.layer)), details.energy, details.staticPj, false));
        rows.back().toolTip = fromUtf8(details.layer.name);
        total += details.energy;
        staticPj += details.staticPj;
    }
    rows.push_back(row(tr("All layers"), total, staticPj, true));
    energy_->setRows(std::move(rows));
    fitColumns(energyView_, 0);
    fitHeight(energyView_);
}

void Inspector::showHost() {
    hostHeading_->setText(model_.study()->device.host.empty()
                              ? tr("On the host, which the device does not state")
                              : tr("On the host: %1 (modelled)").arg(fromUtf8(model_.study()->device.host)));
    hostHeading_->setWordWrap(true);
    std::vector<TextRow> rows;
    for (const hw::HostOperator& host : model_.study()->hostOperators) {
        rows.push_back(
            {{fromUtf8(host.kind), formatCount(std::llround(host.operations)),
              formatCount(std::llround(host.bytes)), tr("%1 µs").arg(formatNumber(host.milliseconds * 1e3))},
             fromUtf8(host.name),
             false});
    }
    host_->setRows(std::move(rows));
    fitColumns(hostView_, 0);
    fitHeight(hostView_);
}

void Inspector::showParameters(const point::Encoding& encoding) {
    std::vector<TextRow> rows;
    for (std::size_t i = 0; i < std::min(encoding.size(), model_.study()->space.parameters.size()); ++i) {
        const point::Parameter& parameter = model_.study()->space.parameters[i];
        rows.push_back({{fromUtf8(parameter.name), fromUtf8(parameter.choices[encoding[i]].label),
                         fromUtf8(parameter.choices[static_cast<std::size_t>(parameter.imported)].label)},
                        fromUtf8(parameter.description),
                        encoding[i] != parameter.imported});
    }
    parameters_->setRows(std::move(rows));
    fitColumns(parameterView_, 0);
    fitHeight(parameterView_);
}

} // namespace tandem::widgets
