// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/training_panel.h"

#include "widgets/models/format.h"
#include "widgets/panels/augmentation_field.h"
#include "widgets/session/session_controller.h"
#include "widgets/theme.h"

#include <QCoreApplication>
#include <qcustomplot.h>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace tandem::widgets {

namespace {

// The words of core/engine in English, for the translation files.
[[maybe_unused]] constexpr std::array kTeachers = {QT_TRANSLATE_NOOP("Teacher", "imported network"),
                                                   QT_TRANSLATE_NOOP("Teacher", "supernet")};

/// What a point's network learned from.
QString lessonText(const std::string& teacher) {
    return teacher.empty() ? TrainingPanel::tr("the labels alone")
                           : TrainingPanel::tr("the labels and the %1")
                                 .arg(QCoreApplication::translate("Teacher", teacher.c_str()));
}

QString ladderText(const engine::LadderStatus& ladder) {
    if (!ladder.failure.empty()) {
        return TrainingPanel::tr("The supernet judges no further networks: %1").arg(fromUtf8(ladder.failure));
    }
    if (!ladder.hasSupernet) {
        return {};
    }
    if (ladder.evaluated == 0 && ladder.rests) {
        return TrainingPanel::tr("The supernet is trained. It judges networks once the search goes on.");
    }
    const QString count = formatCount(static_cast<std::int64_t>(ladder.evaluated));
    return ladder.rests
               ? TrainingPanel::tr("Networks judged with the supernet's weights: %1; resting").arg(count)
               : TrainingPanel::tr("Networks judged with the supernet's weights: %1; judging").arg(count);
}

} // namespace

ViewKind TrainingPanel::kind() {
    return {QStringLiteral("trainingDock"),
            tr("Training"),
            Side::Right,
            0,
            false,
            [](const ViewServices& services, QWidget* parent) {
                auto* view = new TrainingPanel(services.model, parent);
                SessionController& controller = services.controller;
                using Controller = SessionController;
                connect(view, &TrainingPanel::trainWanted, &controller, &Controller::train);
                connect(view, &TrainingPanel::frontWanted, &controller, &Controller::trainFront);
                connect(view, &TrainingPanel::supernetWanted, &controller, &Controller::trainSupernet);
                connect(view, &TrainingPanel::cancelled, &controller, &Controller::cancelTraining);
                connect(view, &TrainingPanel::dataSettingsWanted, &services.model,
                        &StudyModel::dataSettingsWanted);
                connect(&controller, &Controller::trainingProgressed, view, &TrainingPanel::showProgress);
                connect(&controller, &Controller::trainingFinished, view, &TrainingPanel::showResult);
                connect(&controller, &Controller::frontStepped, view, &TrainingPanel::showFrontStep);
                connect(&controller, &Controller::frontFinished, view, &TrainingPanel::showFrontResult);
                connect(&controller, &Controller::supernetFinished, view, &TrainingPanel::showSupernetResult);
                connect(&controller, &Controller::ladderChanged, view, &TrainingPanel::showLadder);
                connect(&controller, &Controller::trainingStopped, view, &TrainingPanel::showStopped);
                connect(&controller, &Controller::trainingFailed, view, &TrainingPanel::showFailure);
                return view;
            }};
}

TrainingPanel::TrainingPanel(StudyModel& model, QWidget* parent)
    : QWidget(parent),
      model_(model),
      title_(headingLabel({}, this)),
      status_(new QLabel(this)),
      ladder_(captionLabel({}, this)),
      data_(captionLabel({}, this)),
      pointTarget_(new QRadioButton(tr("Point"), this)),
      frontTarget_(new QRadioButton(tr("Front"), this)),
      supernetTarget_(new QRadioButton(tr("Supernet"), this)),
      fields_(new QFormLayout),
      augmentation_(new AugmentationField(this)),
      epochs_(new QSpinBox(this)),
      supernetEpochs_(new QSpinBox(this)),
      distillation_(new QSpinBox(this)),
      rate_(new QDoubleSpinBox(this)),
      start_(new QPushButton(this)),
      dataSettings_(new QPushButton(tr("Settings…"), this)),
      progress_(new QProgressBar(this)),
      plot_(new QCustomPlot(this)) {
    for (QLabel* label : {status_, ladder_, data_}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    status_->setObjectName(QStringLiteral("trainingStatus"));
    ladder_->setObjectName(QStringLiteral("ladderStatus"));
    data_->setObjectName(QStringLiteral("dataReport"));
    start_->setObjectName(QStringLiteral("trainingStart"));
    progress_->setTextVisible(false);
    progress_->setFixedHeight(8);
    progress_->setRange(0, 1000);
    progress_->hide();
    buildFields();
    buildPlot();
    buildColumn();
    connect(start_, &QPushButton::clicked, this, &TrainingPanel::start);
    connect(dataSettings_, &QPushButton::clicked, this, &TrainingPanel::dataSettingsWanted);
    connect(&model_, &StudyModel::studyChanged, this, &TrainingPanel::showStudy);
    connect(&model_, &StudyModel::selectionChanged, this, &TrainingPanel::showSelection);
    connect(&model_, &StudyModel::trainingWanted, this, [this](Target target) {
        setTarget(target);
        model_.openView(kind().name);
    });
    showStudy();
}

void TrainingPanel::buildColumn() {
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(start_);
    buttons->addStretch();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(6);
    column->addWidget(title_);
    column->addLayout(buildTargets());
    column->addLayout(fields_);
    column->addLayout(buttons);
    column->addWidget(progress_);
    column->addWidget(status_);
    column->addWidget(ladder_);
    column->addWidget(plot_, 1);
    dataSettings_->setObjectName(QStringLiteral("dataSettings"));
    dataSettings_->setToolTip(
        tr("Correct how samples become the network's input, before the study is searched"));
    dataSettings_->setAccessibleName(tr("Settings of the data set"));
    auto* dataRow = new QHBoxLayout;
    dataRow->addWidget(headingLabel(tr("Data"), this));
    dataRow->addStretch();
    dataRow->addWidget(dataSettings_);
    column->addLayout(dataRow);
    column->addWidget(data_);
}

QLayout* TrainingPanel::buildTargets() {
    pointTarget_->setObjectName(QStringLiteral("trainPoint"));
    pointTarget_->setToolTip(tr("Train the network of the selected point"));
    supernetTarget_->setObjectName(QStringLiteral("trainSupernet"));
    supernetTarget_->setToolTip(tr("Train one set of weights for all networks of the study"));
    frontTarget_->setObjectName(QStringLiteral("trainFront"));
    frontTarget_->setToolTip(
        tr("Train all points of the front that are not trained yet, one after the other"));
    pointTarget_->setAccessibleName(tr("Train the selected point"));
    frontTarget_->setAccessibleName(tr("Train the points of the front"));
    supernetTarget_->setAccessibleName(tr("Train the supernet"));
    connect(pointTarget_, &QRadioButton::clicked, this, [this] { setTarget(Target::Point); });
    connect(frontTarget_, &QRadioButton::clicked, this, [this] { setTarget(Target::Front); });
    connect(supernetTarget_, &QRadioButton::clicked, this, [this] { setTarget(Target::Supernet); });
    auto* row = new QHBoxLayout;
    row->addWidget(pointTarget_);
    row->addWidget(frontTarget_);
    row->addWidget(supernetTarget_);
    row->addStretch();
    return row;
}

void TrainingPanel::buildFields() {
    const engine::TrainingSettings usual;
    epochs_->setValue(usual.epochs);
    epochs_->setObjectName(QStringLiteral("trainingEpochs"));
    supernetEpochs_->setValue(engine::SupernetSettings().epochs);
    supernetEpochs_->setObjectName(QStringLiteral("supernetEpochs"));
    for (QSpinBox* epochs : {epochs_, supernetEpochs_}) {
        epochs->setRange(1, 10'000);
        epochs->setToolTip(tr("Passes over the training samples"));
    }
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
        tr("Share of the loss that compares with a teacher: the imported network or the supernet's largest,\n"
           "whichever is right more often; without effect where neither is clearly better than guessing"));
    for (const auto& [label, field] : {std::pair<QString, QWidget*>{tr("Epochs"), epochs_},
                                       {tr("Epochs"), supernetEpochs_},
                                       {tr("Learning rate"), rate_},
                                       {tr("Distillation"), distillation_},
                                       {tr("Augmentation"), augmentation_}}) {
        field->setAccessibleName(label);
        fields_->addRow(label, field);
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

void TrainingPanel::showStudy() {
    end({}); // a training goes with its study
    showLadder({});
    const StudyViewPtr& study = model_.study();
    hasData_ = study && !study->setup.data.empty();
    data_->setText(hasData_ ? fromUtf8(study->dataReport)
                            : tr("None. Drop a folder or a file with a data set on the window before the "
                                 "search starts: points are then judged by their accuracy and can be "
                                 "trained."));
    dataSettings_->setVisible(hasData_);
    setTarget(Target::Point);
    showSelection();
}

void TrainingPanel::showSelection() {
    if (running_) {
        return;
    }
    point_ = model_.current();
    showRecordedCurve();
    refresh();
}

void TrainingPanel::setTarget(Target target) {
    if (running_) {
        return;
    }
    target_ = target;
    showRecordedCurve();
    refresh();
}

/// How the last training of what is chosen went.
void TrainingPanel::showRecordedCurve() {
    clearCurve();
    const bool isOfPoint = target_ == Target::Point && point_;
    const StudyViewPtr& study = model_.study();
    if (study && study->trainingCurve && (isForSupernet() || isOfPoint)) {
        for (const engine::TrainingStatus& status :
             study->trainingCurve(isForSupernet() ? std::nullopt : point_)) {
            addToCurve(status);
        }
    }
    plot_->replot();
}

void TrainingPanel::clearCurve() {
    loss_->data()->clear();
    accuracy_->data()->clear();
}

void TrainingPanel::addToCurve(const engine::TrainingStatus& status) {
    const double epoch = static_cast<double>(status.step) / static_cast<double>(status.steps) * status.epochs;
    loss_->addData(epoch, status.loss);
    accuracy_->addData(epoch, status.trainingAccuracy);
    plot_->xAxis->setRange(0, status.epochs);
    loss_->rescaleValueAxis(false, true);
    accuracy_->rescaleValueAxis(false, true);
}

engine::TrainingSettings TrainingPanel::settings() const {
    engine::TrainingSettings settings;
    settings.epochs = epochs_->value();
    settings.learningRate = rate_->value();
    settings.distillation = distillation_->value() / 100.0;
    settings.augmentation = augmentation_->value();
    return settings;
}

engine::SupernetSettings TrainingPanel::supernetSettings() const {
    engine::SupernetSettings settings;
    settings.epochs = supernetEpochs_->value();
    settings.augmentation = augmentation_->value();
    return settings;
}

void TrainingPanel::refresh() {
    const bool isForFront = target_ == Target::Front;
    title_->setText(isForSupernet() ? tr("Train the supernet")
                    : isForFront    ? tr("Train the front")
                    : point_        ? tr("Train %1").arg(pointName(*point_))
                                    : tr("Select a point to train it."));
    pointTarget_->setChecked(target_ == Target::Point);
    frontTarget_->setChecked(isForFront);
    supernetTarget_->setChecked(isForSupernet());
    for (QWidget* field : std::initializer_list<QWidget*>{epochs_, rate_, distillation_}) {
        fields_->setRowVisible(field, !isForSupernet());
        field->setEnabled(!running_);
    }
    fields_->setRowVisible(supernetEpochs_, isForSupernet());
    for (QWidget* field : std::initializer_list<QWidget*>{supernetEpochs_, augmentation_, pointTarget_,
                                                          frontTarget_, supernetTarget_}) {
        field->setEnabled(!running_);
    }
    start_->setText(running_          ? tr("Cancel")
                    : isForSupernet() ? tr("Train supernet")
                    : isForFront      ? tr("Train front")
                                      : tr("Train"));
    start_->setToolTip(
        running_ ? tr("Stop; the next training with the same settings goes on from here")
        : isForSupernet()
            ? tr("Train one set of weights for all networks of the study that the rules allow.\n"
                 "Afterwards points climb from predicted to supernet, and trainings of points start from it.")
            : tr("Fine-tune the point's network with quantization in the loop, then measure the integer "
                 "network on the test samples"));
    ladder_->setVisible(!ladder_->text().isEmpty() && !(running_ && isForSupernet()));
    start_->setEnabled(running_ || (hasData_ && (target_ != Target::Point || point_)));
}

void TrainingPanel::start() {
    if (running_) {
        start_->setEnabled(false);
        Q_EMIT cancelled();
        return;
    }
    clearCurve();
    plot_->replot();
    firstStep_ = 0;
    step_.clear();
    setRunning(true);
    progress_->setValue(0);
    if (isForSupernet()) {
        status_->setText(tr("Preparing the supernet"));
        Q_EMIT supernetWanted(supernetSettings());
    } else if (target_ == Target::Front) {
        status_->setText(tr("Looking for untrained points of the front"));
        Q_EMIT frontWanted(settings());
    } else {
        status_->setText(tr("Quantizing the network"));
        Q_EMIT trainWanted(point_.value(), settings());
    }
}

void TrainingPanel::setRunning(bool running) {
    running_ = running;
    progress_->setVisible(running);
    refresh();
}

void TrainingPanel::showProgress(const engine::TrainingStatus& status) {
    if (!running_) {
        return;
    }
    if (firstStep_ == 0) {
        firstStep_ = status.step;
        clock_.start();
    }
    addToCurve(status);
    plot_->replot(QCustomPlot::rpQueuedReplot);
    progress_->setValue(static_cast<int>(1000 * status.step / status.steps));
    QString text = tr("Epoch %1 of %2: loss %3, accuracy in training %4 %")
                       .arg(status.epoch)
                       .arg(status.epochs)
                       .arg(status.loss, 0, 'f', 4)
                       .arg(status.trainingAccuracy, 0, 'f', 2);
    if (const std::int64_t steps = status.step - firstStep_; steps > 0) {
        const double each = static_cast<double>(clock_.elapsed()) / 1000.0 / static_cast<double>(steps);
        text += tr(", %1 left").arg(formatDuration(each * static_cast<double>(status.steps - status.step)));
    }
    status_->setText(step_ + text);
}

void TrainingPanel::showFrontStep(const engine::FrontStep& step) {
    if (!running_) {
        return;
    }
    clearCurve();
    firstStep_ = 0;
    step_ = tr("%1, %2 of %3. ").arg(pointName(step.point)).arg(step.number).arg(step.count);
    status_->setText(step_);
}

void TrainingPanel::showFrontResult(std::size_t trained) {
    end(trained == 0 ? tr("No point of the front is left untrained.")
                     : tr("Points of the front that were trained and measured: %1.")
                           .arg(formatCount(static_cast<std::int64_t>(trained))));
}

void TrainingPanel::end(const QString& sentence) {
    setRunning(false);
    status_->setText(sentence);
}

void TrainingPanel::showResult(const engine::TrainingFigures& figures) {
    end(tr("The integer network is right on %1 % of %2 test samples (measured); rounded in floating point on "
           "%3 %. It started from %4, learned from %5 and took %6.")
            .arg(figures.testAccuracy, 0, 'f', 2)
            .arg(formatCount(static_cast<std::int64_t>(figures.testSamples)))
            .arg(figures.roundedTestAccuracy, 0, 'f', 2)
            .arg(figures.fromSupernet ? tr("the supernet's weights") : tr("the imported weights"),
                 lessonText(figures.teacher), formatDuration(figures.seconds)));
}

void TrainingPanel::showSupernetResult(const engine::SupernetFigures& figures) {
    end(tr("Of %1 validation samples the largest network is right on %2 %, the smallest on %3 % (supernet). "
           "It took %4.")
            .arg(formatCount(static_cast<std::int64_t>(figures.validationSamples)))
            .arg(figures.largestAccuracy, 0, 'f', 2)
            .arg(figures.smallestAccuracy, 0, 'f', 2)
            .arg(formatDuration(figures.seconds)));
}

void TrainingPanel::showLadder(const engine::LadderStatus& ladder) {
    ladder_->setText(ladderText(ladder));
    refresh();
}

void TrainingPanel::showStopped() {
    end(isForSupernet() ? tr("Stopped. Training the supernet again with the same settings goes on from here.")
        : target_ == Target::Front
            ? tr("Stopped. What was trained stays; training the front again goes on from here.")
            : tr("Stopped. Training this point again with the same settings goes on from here."));
}

void TrainingPanel::showFailure(const QString& sentence) {
    end(sentence);
}

QString TrainingPanel::status() const {
    return status_->text();
}

} // namespace tandem::widgets
