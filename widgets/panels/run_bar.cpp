// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/run_bar.h"

#include "widgets/models/format.h"
#include "widgets/session/study_model.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QThread>
#include <QVBoxLayout>

namespace tandem::widgets {

namespace {

const QString kMoreData = QStringLiteral("\n"); ///< the entry that opens a file dialog; never a data spec

/// A data set's last folder or file and what is said about it.
std::string nameOfData(const std::string& spec) {
    const std::size_t end = std::min(spec.find(':'), spec.size());
    return std::filesystem::path(spec.substr(0, end)).filename().string() + spec.substr(end);
}

void addField(QHBoxLayout* row, const QString& caption, QWidget* field, const QString& toolTip) {
    auto* column = new QVBoxLayout;
    column->setSpacing(1);
    auto* label = captionLabel(caption);
    label->setBuddy(field);
    column->addWidget(label);
    column->addWidget(field);
    field->setToolTip(toolTip);
    field->setAccessibleName(caption);
    field->setAccessibleDescription(toolTip);
    row->addLayout(column);
}

} // namespace

RunBar::RunBar(StudyModel& model, QWidget* parent)
    : QWidget(parent),
      model_(model),
      device_(new QComboBox(this)),
      data_(new QComboBox(this)),
      algorithm_(new QComboBox(this)),
      seed_(new QSpinBox(this)),
      threads_(new QSpinBox(this)),
      start_(new QPushButton(tr("Start"), this)),
      state_(new QLabel(this)) {
    device_->setObjectName(QStringLiteral("deviceBox"));
    data_->setObjectName(QStringLiteral("dataBox"));
    data_->addItem(tr("None: agreement only"), QString());
    data_->addItem(tr("Fashion-MNIST"), QStringLiteral("fashion-mnist"));
    data_->addItem(tr("Choose a folder or file…"), kMoreData);
    seed_->setRange(0, 1'000'000'000);
    seed_->setValue(1);
    threads_->setRange(0, std::max(QThread::idealThreadCount(), 1));
    threads_->setSpecialValueText(tr("all"));
    start_->setObjectName(QStringLiteral("startButton"));
    start_->setMinimumWidth(92);
    start_->setDefault(true);
    start_->setToolTip(tr("Start or pause the search (F5)"));
    for (QComboBox* box : {device_, data_, algorithm_}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    }
    device_->setMinimumContentsLength(17);
    data_->setMinimumContentsLength(14);
    algorithm_->setMinimumContentsLength(6);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 5, 10, 6);
    row->setSpacing(8);
    buildFields(row);
    row->addSpacing(12);
    row->addStretch(1);
    buildCounters(row);
    connectFields();
    connect(&model_, &StudyModel::studyChanged, this, &RunBar::showStudy);
    connect(&model_, &StudyModel::snapshotChanged, this, &RunBar::showSnapshot);
    showStudy();
}

void RunBar::buildFields(QHBoxLayout* row) {
    addField(row, tr("Device"), device_, tr("What the accelerator must fit"));
    addField(row, tr("Data"), data_,
             tr("What accuracy is measured on; without data agreement with the imported network is"));
    addField(row, tr("Algorithm"), algorithm_, tr("How points are proposed"));
    addField(row, tr("Seed"), seed_, tr("The same seed and steering give the same points"));
    addField(row, tr("Threads"), threads_,
             tr("How many threads evaluate points; does not change the result"));
    auto* go = new QVBoxLayout;
    go->setSpacing(1);
    go->addWidget(captionLabel(QStringLiteral(" ")));
    go->addWidget(start_);
    row->addLayout(go);
}

void RunBar::buildCounters(QHBoxLayout* row) {
    const std::array<std::pair<QString, QString>, CounterCount> captions{
        {{tr("Points"), QStringLiteral("1,000,000")},
         {tr("Points/s"), QStringLiteral("100,000")},
         {tr("Front"), QStringLiteral("1,000")},
         {tr("Hypervolume"), QStringLiteral("0.12345")},
         {tr("Elapsed"), QStringLiteral("1:00:00")}}};
    QFont figures = font();
    figures.setPointSizeF(figures.pointSizeF() * 1.15);
    figures.setBold(true);
    const auto addCounter = [&](const QString& caption, QLabel* label, const QString& widest) {
        label->setFont(figures);
        label->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        label->setMinimumHeight(start_->sizeHint().height());
        label->setMinimumWidth(QFontMetrics(figures).horizontalAdvance(widest));
        label->setAccessibleName(caption);
        auto* column = new QVBoxLayout;
        column->setSpacing(1);
        column->addWidget(captionLabel(caption));
        column->addWidget(label);
        row->addLayout(column);
        row->addSpacing(4);
    };
    for (std::size_t i = 0; i < CounterCount; ++i) {
        counters_[i] = new QLabel(QStringLiteral("–"), this);
        addCounter(captions[i].first, counters_[i], captions[i].second);
    }
    addCounter(tr("State"), state_, tr("Preparing"));
}

void RunBar::connectFields() {
    for (QComboBox* box : {device_, algorithm_}) {
        connect(box, &QComboBox::activated, this, &RunBar::choicesChanged);
    }
    connect(data_, &QComboBox::activated, this, [this](int index) {
        if (data_->itemData(index).toString() == kMoreData) {
            data_->setCurrentIndex(dataIndex_);
            Q_EMIT dataWanted();
            return;
        }
        dataIndex_ = index;
        Q_EMIT choicesChanged();
    });
    connect(seed_, &QSpinBox::editingFinished, this, &RunBar::choicesChanged);
    connect(start_, &QPushButton::clicked, this, [this] {
        if (running_) {
            Q_EMIT pauseWanted();
        } else {
            Q_EMIT startWanted();
        }
    });
}

void RunBar::setDevices(const std::vector<hw::Device>& devices) {
    const QVariant chosen = device_->currentData();
    device_->clear();
    for (const hw::Device& device : devices) {
        device_->addItem(fromUtf8(device.title), fromUtf8(device.name));
        device_->setItemData(device_->count() - 1,
                             tr("%1: %2 LUT, %3 DSP, %4 block RAMs of 36 Kbit")
                                 .arg(fromUtf8(device.name), formatNumber(device.lut),
                                      formatNumber(device.dsp), formatNumber(device.bram36)),
                             Qt::ToolTipRole);
    }
    device_->setCurrentIndex(std::max(device_->findData(chosen), 0));
}

void RunBar::setAlgorithms(const QStringList& names) {
    algorithm_->clear();
    for (const QString& name : names) {
        algorithm_->addItem(name, name);
    }
}

void RunBar::setChoices(const RunChoices& choices) {
    const auto choose = [](QComboBox* box, const std::string& wanted) {
        if (const int index = box->findData(fromUtf8(wanted)); index >= 0) {
            box->setCurrentIndex(index);
        }
    };
    if (data_->findData(fromUtf8(choices.data)) < 0) {
        data_->insertItem(data_->count() - 1, fromUtf8(nameOfData(choices.data)), fromUtf8(choices.data));
    }
    choose(device_, choices.device);
    choose(data_, choices.data);
    choose(algorithm_, choices.algorithm);
    dataIndex_ = data_->currentIndex();
    seed_->setValue(static_cast<int>(choices.seed));
    threads_->setValue(choices.threads);
}

RunChoices RunBar::choices() const {
    RunChoices choices;
    choices.device = device_->currentData().toString().toStdString();
    choices.data = data_->currentData().toString().toStdString();
    choices.algorithm = algorithm_->currentData().toString().toStdString();
    choices.seed = static_cast<std::uint64_t>(seed_->value());
    choices.threads = threads_->value();
    return choices;
}

void RunBar::showStudy() {
    if (const StudyViewPtr& study = model_.study()) {
        RunChoices shown = choices();
        shown.device = study->setup.device;
        shown.data = study->setup.data;
        shown.algorithm = study->setup.algorithm;
        shown.seed = study->setup.seed;
        setChoices(shown);
    }
    fresh_ = true;
    settled_ = false;
    showSnapshot();
    enable();
}

void RunBar::settle() {
    settled_ = true;
    enable();
}

void RunBar::enable() {
    const bool isOpen = static_cast<bool>(model_.study());
    const bool choosable = !isOpen || (fresh_ && !settled_);
    for (QWidget* field : std::initializer_list<QWidget*>{device_, data_, algorithm_, seed_}) {
        field->setEnabled(choosable && !running_);
    }
    threads_->setEnabled(!running_);
    start_->setEnabled(isOpen);
    start_->setText(running_ ? tr("Pause") : fresh_ ? tr("Start") : tr("Continue"));
}

void RunBar::showState(engine::State state) {
    switch (state) {
    case engine::State::Idle:
        state_->setText(tr("Ready"));
        break;
    case engine::State::Running:
        state_->setText(tr("Searching"));
        break;
    case engine::State::Paused:
        state_->setText(tr("Paused"));
        break;
    case engine::State::Finished:
        state_->setText(tr("Finished"));
        break;
    case engine::State::Failed:
        state_->setText(tr("Failed"));
        break;
    }
}

void RunBar::showSnapshot() {
    const SnapshotPtr& snapshot = model_.snapshot();
    const auto set = [this](Counter counter, const QString& text) { counters_[counter]->setText(text); };
    if (!snapshot) {
        running_ = false;
        for (QLabel* label : counters_) {
            label->setText(QStringLiteral("–"));
        }
        state_->setText(QStringLiteral("–"));
        enable();
        return;
    }
    set(Points, formatCount(static_cast<std::int64_t>(snapshot->points.size())));
    set(Speed, snapshot->state == engine::State::Running
                   ? formatCount(static_cast<std::int64_t>(std::llround(snapshot->pointsPerSecond)))
                   : QStringLiteral("–"));
    set(Front, formatCount(static_cast<std::int64_t>(snapshot->front.size())));
    set(Volume, snapshot->front.empty() ? QStringLiteral("–") : formatNumber(snapshot->hypervolume));
    set(Elapsed, formatDuration(snapshot->seconds));
    showState(snapshot->state);
    if (snapshot->state == engine::State::Running && snapshot->points.size() == 0) {
        state_->setText(tr("Preparing"));
    }
    const bool running = snapshot->state == engine::State::Running;
    const bool fresh = snapshot->points.size() == 0 && !running;
    if (running != running_ || fresh != fresh_) {
        running_ = running;
        fresh_ = fresh;
        enable();
    }
}

} // namespace tandem::widgets
