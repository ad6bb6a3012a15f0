// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training_panel.h"

#include "widgets/format.h"
#include "widgets/theme.h"

#include <qcustomplot.h>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace tandem::widgets {

TrainingPanel::TrainingPanel(QWidget* parent)
    : QWidget(parent),
      title_(headingLabel({}, this)),
      status_(new QLabel(this)),
      data_(captionLabel({}, this)),
      epochs_(new QSpinBox(this)),
      distillation_(new QSpinBox(this)),
      rate_(new QDoubleSpinBox(this)),
      start_(new QPushButton(this)),
      progress_(new QProgressBar(this)),
      plot_(new QCustomPlot(this)) {
    for (QLabel* label : {status_, data_}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    status_->setObjectName(QStringLiteral("trainingStatus"));
    data_->setObjectName(QStringLiteral("dataReport"));
    start_->setObjectName(QStringLiteral("trainingStart"));
    progress_->setTextVisible(false);
    progress_->setFixedHeight(8);
    progress_->setRange(0, 1000);
    progress_->hide();
    auto* form = new QFormLayout;
    buildFields(form);
    buildPlot();
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(start_);
    buttons->addStretch();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(6);
    column->addWidget(title_);
    column->addLayout(form);
    column->addLayout(buttons);
    column->addWidget(progress_);
    column->addWidget(status_);
    column->addWidget(plot_, 1);
    column->addWidget(headingLabel(tr("Data"), this));
    column->addWidget(data_);
    connect(start_, &QPushButton::clicked, this, &TrainingPanel::start);
    setStudy(nullptr);
}

void TrainingPanel::buildFields(QFormLayout* form) {
    const engine::TrainingSettings usual;
    epochs_->setRange(1, 10'000);
    epochs_->setValue(usual.epochs);
    epochs_->setObjectName(QStringLiteral("trainingEpochs"));
    epochs_->setToolTip(tr("Passes over the training samples"));
    rate_->setDecimals(4);
    rate_->setRange(0.0001, 1.0);
    rate_->setSingleStep(0.005);
    rate_->setValue(usual.learningRate);
    rate_->setToolTip(
        tr("The largest learning rate: it rises to it at first and falls to 0 in a half cosine"));
    distillation_->setRange(0, 100);
    distillation_->setSuffix(tr(" %"));
    distillation_->setValue(static_cast<int>(100 * usual.distillation));
    distillation_->setToolTip(
        tr("Share of the loss that compares with the imported network; 0 % where that was never trained"));
    for (const auto& [label, field] : {std::pair<QString, QWidget*>{tr("Epochs"), epochs_},
                                       {tr("Learning rate"), rate_},
                                       {tr("Distillation"), distillation_}}) {
        field->setAccessibleName(label);
        form->addRow(label, field);
    }
}

void TrainingPanel::buildPlot() {
    plot_->setMinimumHeight(160);
    plot_->setAccessibleName(tr("Training loss and accuracy by epoch"));
    plot_->setObjectName(QStringLiteral("trainingPlot"));
    plot_->xAxis->setLabel(tr("Epoch"));
    plot_->yAxis->setLabel(tr("Loss (measured)"));
    plot_->yAxis2->setLabel(tr("Accuracy in training, % (measured)"));
    plot_->yAxis2->setVisible(true);
    loss_ = plot_->addGraph(plot_->xAxis, plot_->yAxis);
    accuracy_ = plot_->addGraph(plot_->xAxis, plot_->yAxis2);
    loss_->setName(tr("Loss"));
    accuracy_->setName(tr("Accuracy"));
    plot_->legend->setVisible(true);
    plot_->axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignRight | Qt::AlignVCenter);
    recolor();
}

void TrainingPanel::recolor() {
    const PlotColors colors = plotColors(palette());
    plot_->setBackground(colors.background);
    for (QCPAxis* axis : {plot_->xAxis, plot_->yAxis, plot_->yAxis2}) {
        axis->setBasePen(colors.axis);
        axis->setTickPen(colors.axis);
        axis->setSubTickPen(colors.axis);
        axis->setTickLabelColor(colors.text);
        axis->setLabelColor(colors.text);
        axis->grid()->setPen(QPen(colors.grid, 1, Qt::DotLine));
    }
    plot_->legend->setBrush(colors.background);
    plot_->legend->setTextColor(colors.text);
    plot_->legend->setBorderPen(colors.grid);
    loss_->setPen(QPen(colors.predicted, 1.5));
    accuracy_->setPen(QPen(colors.measured, 1.5, Qt::DashLine)); // told apart without colour, too
}

void TrainingPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        recolor();
        plot_->replot();
    }
}

void TrainingPanel::setStudy(const StudyViewPtr& study) {
    end({}); // a training goes with its study
    loss_->data()->clear();
    accuracy_->data()->clear();
    plot_->replot();
    hasData_ = study && !study->setup.data.empty();
    data_->setText(hasData_ ? fromUtf8(study->dataReport)
                            : tr("None. Drop a folder or a file with a data set on the window before the "
                                 "search starts: points are then judged by their accuracy and can be "
                                 "trained."));
    setPoint(std::nullopt);
}

void TrainingPanel::setPoint(std::optional<space::PointId> point) {
    if (running_) {
        return;
    }
    point_ = point;
    title_->setText(point ? tr("Train %1").arg(pointName(*point)) : tr("Select a point to train it."));
    enable();
}

engine::TrainingSettings TrainingPanel::settings() const {
    engine::TrainingSettings settings;
    settings.epochs = epochs_->value();
    settings.learningRate = rate_->value();
    settings.distillation = distillation_->value() / 100.0;
    return settings;
}

void TrainingPanel::enable() {
    for (QWidget* field : std::initializer_list<QWidget*>{epochs_, rate_, distillation_}) {
        field->setEnabled(!running_);
    }
    start_->setText(running_ ? tr("Cancel") : tr("Train"));
    start_->setToolTip(running_ ? tr("Stop; the next training of this point goes on from here")
                                : tr("Fine-tune the point's network with quantization in the loop, then "
                                     "measure the integer network on the test samples"));
    start_->setEnabled(running_ || (point_ && hasData_));
}

void TrainingPanel::start() {
    if (running_) {
        start_->setEnabled(false);
        Q_EMIT cancelled();
        return;
    }
    loss_->data()->clear();
    accuracy_->data()->clear();
    plot_->replot();
    firstStep_ = 0;
    setRunning(true);
    status_->setText(tr("Quantizing the network"));
    progress_->setValue(0);
    Q_EMIT trainWanted(point_.value(), settings());
}

void TrainingPanel::setRunning(bool running) {
    running_ = running;
    progress_->setVisible(running);
    enable();
}

void TrainingPanel::showProgress(const engine::TrainingStatus& status) {
    if (!running_) {
        return;
    }
    if (firstStep_ == 0) {
        firstStep_ = status.step;
        clock_.start();
    }
    const double done = static_cast<double>(status.step) / static_cast<double>(status.steps);
    const double epoch = done * status.epochs;
    loss_->addData(epoch, status.loss);
    accuracy_->addData(epoch, status.trainingAccuracy);
    plot_->xAxis->setRange(0, status.epochs);
    loss_->rescaleValueAxis(false, true);
    accuracy_->rescaleValueAxis(false, true);
    plot_->replot(QCustomPlot::rpQueuedReplot);
    progress_->setValue(static_cast<int>(1000 * done));
    QString text = tr("Epoch %1 of %2: loss %3, accuracy in training %4 %")
                       .arg(status.epoch)
                       .arg(status.epochs)
                       .arg(status.loss, 0, 'f', 4)
                       .arg(status.trainingAccuracy, 0, 'f', 2);
    if (const std::int64_t steps = status.step - firstStep_; steps > 0) {
        const double each = static_cast<double>(clock_.elapsed()) / 1000.0 / static_cast<double>(steps);
        text += tr(", %1 left").arg(formatDuration(each * static_cast<double>(status.steps - status.step)));
    }
    status_->setText(text);
}

void TrainingPanel::end(const QString& sentence) {
    setRunning(false);
    status_->setText(sentence);
}

void TrainingPanel::showResult(const engine::TrainingFigures& figures) {
    end(tr("The integer network is right on %1 % of %2 test samples (measured); rounded in floating point on "
           "%3 %. It took %4.")
            .arg(figures.testAccuracy, 0, 'f', 2)
            .arg(formatCount(static_cast<std::int64_t>(figures.testSamples)))
            .arg(figures.roundedTestAccuracy, 0, 'f', 2)
            .arg(formatDuration(figures.seconds)));
}

void TrainingPanel::showStopped() {
    end(tr("Stopped. Training this point again with the same settings goes on from here."));
}

void TrainingPanel::showFailure(const QString& sentence) {
    end(sentence);
}

QString TrainingPanel::status() const {
    return status_->text();
}

} // namespace tandem::widgets
