// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/export_panel.h"

#include "widgets/models/format.h"
#include "widgets/models/rows_model.h"
#include "widgets/panels/table_view.h"
#include "widgets/session/session_controller.h"
#include "widgets/session/study_model.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QDesktopServices>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

namespace tandem::widgets {

namespace {

QString verdictText(Verdict verdict) {
    switch (verdict) {
    case Verdict::Passed:
        return ExportPanel::tr("✓ agrees");
    case Verdict::Failed:
        return ExportPanel::tr("✗ differs");
    case Verdict::NotRun:
        return ExportPanel::tr("– not run");
    }
    return {};
}

} // namespace

ViewKind ExportPanel::kind() {
    return {QStringLiteral("exportDock"),
            tr("Export"),
            Side::Right,
            0,
            false,
            [](const ViewServices& services, QWidget* parent) {
                auto* view = new ExportPanel(services.model, services.exports, parent);
                SessionController& controller = services.controller;
                connect(view, &ExportPanel::exportWanted, &controller, &SessionController::exportPoint);
                connect(view, &ExportPanel::cancelled, &controller, &SessionController::cancelExport);
                connect(&controller, &SessionController::exportProgressed, view, &ExportPanel::showProgress);
                connect(&controller, &SessionController::exportFinished, view, &ExportPanel::showOutcome);
                connect(&controller, &SessionController::exportFailed, view, &ExportPanel::showFailure);
                return view;
            }};
}

ExportPanel::ExportPanel(StudyModel& model, std::filesystem::path exports, QWidget* parent)
    : QWidget(parent),
      model_(model),
      exports_(std::move(exports)),
      title_(headingLabel({}, this)),
      status_(new QLabel(this)),
      folder_(new QLineEdit(this)),
      browse_(new QPushButton(tr("Choose…"), this)),
      start_(new QPushButton(tr("Export"), this)),
      open_(new QPushButton(tr("Open folder"), this)),
      cpp_(new QCheckBox(tr("C++ inference code"), this)),
      rtl_(new QCheckBox(tr("RTL accelerator"), this)),
      onnx_(new QCheckBox(tr("ONNX model"), this)),
      report_(new QCheckBox(tr("Report"), this)),
      verify_(new QCheckBox(tr("Verify: build, simulate, synthesize and compare"), this)),
      progress_(new QProgressBar(this)),
      results_(new RowsModel({tr("Checked"), tr("Predicted"), tr("Found"), tr("Result")}, {1, 2}, this)),
      resultView_(plainTable(results_, tr("Result of the verification"), this)) {
    folder_->setPlaceholderText(tr("Folder to write to"));
    folder_->setAccessibleName(tr("Export folder"));
    folder_->setObjectName(QStringLiteral("exportFolder"));
    start_->setObjectName(QStringLiteral("exportStart"));
    resultView_->setObjectName(QStringLiteral("exportResults"));
    status_->setWordWrap(true);
    status_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(8);
    progress_->setRange(0, 1000);
    for (QCheckBox* box : {cpp_, rtl_, onnx_, report_, verify_}) {
        box->setChecked(true);
        connect(box, &QCheckBox::toggled, this, &ExportPanel::enable);
    }
    auto* where = new QHBoxLayout;
    where->addWidget(folder_, 1);
    where->addWidget(browse_);
    auto* what = new QGridLayout;
    what->addWidget(cpp_, 0, 0);
    what->addWidget(rtl_, 0, 1);
    what->addWidget(onnx_, 1, 0);
    what->addWidget(report_, 1, 1);
    what->addWidget(verify_, 2, 0, 1, 2);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(start_);
    buttons->addWidget(open_);
    buttons->addStretch();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(6);
    column->addWidget(title_);
    column->addLayout(where);
    column->addLayout(what);
    column->addLayout(buttons);
    column->addWidget(progress_);
    column->addWidget(status_);
    column->addWidget(resultView_, 1);

    connectButtons();
    open_->hide();
    progress_->hide();
    resultView_->hide();
    connect(&model_, &StudyModel::selectionChanged, this, &ExportPanel::showSelection);
    connect(&model_, &StudyModel::exportWanted, this, [this] { model_.openView(kind().name); });
    showSelection();
}

void ExportPanel::connectButtons() {
    connect(browse_, &QPushButton::clicked, this, [this] {
        const QString chosen = QFileDialog::getExistingDirectory(this, tr("Export to"), folder_->text());
        if (!chosen.isEmpty()) {
            folder_->setText(chosen);
        }
    });
    connect(folder_, &QLineEdit::textChanged, this, &ExportPanel::enable);
    connect(start_, &QPushButton::clicked, this, &ExportPanel::start);
    connect(open_, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder_->text())); });
}

void ExportPanel::showSelection() {
    const auto id = model_.current();
    const point::Point* selected = id ? model_.point(*id) : nullptr;
    if (selected != nullptr && running_) {
        return;
    }
    point_ = selected != nullptr ? std::optional(*selected) : std::nullopt;
    title_->setText(point_ ? tr("Export %1").arg(pointName(point_->id)) : tr("Select a point to export it."));
    if (point_) {
        const std::filesystem::path& study = model_.study()->file;
        const std::filesystem::path base =
            study.empty() ? exports_ / "export" : study.parent_path() / study.stem();
        setFolder(fromUtf8(base.string() + "-point-" + std::to_string(point_->id)));
    }
    enable();
}

void ExportPanel::setFolder(const QString& folder) {
    folder_->setText(folder);
}

QString ExportPanel::folder() const {
    return folder_->text();
}

ExportRequest ExportPanel::request() const {
    ExportRequest request;
    request.point = point_.value();
    request.folder = folder_->text().toStdString();
    request.cpp = cpp_->isChecked();
    request.rtl = rtl_->isChecked();
    request.onnx = onnx_->isChecked();
    request.report = report_->isChecked();
    request.verify = verify_->isChecked();
    return request;
}

void ExportPanel::enable() {
    const bool anything =
        cpp_->isChecked() || rtl_->isChecked() || onnx_->isChecked() || report_->isChecked();
    for (QWidget* widget :
         std::initializer_list<QWidget*>{folder_, browse_, cpp_, rtl_, onnx_, report_, verify_}) {
        widget->setEnabled(!running_);
    }
    start_->setText(running_ ? tr("Cancel") : tr("Export"));
    start_->setEnabled(running_ || (point_ && anything && !folder_->text().trimmed().isEmpty()));
}

void ExportPanel::start() {
    if (running_) {
        Q_EMIT cancelled();
        return;
    }
    results_->setRows({});
    resultView_->hide();
    open_->hide();
    setRunning(true);
    showProgress(tr("Starting"), 0.0);
    Q_EMIT exportWanted(request());
}

void ExportPanel::setRunning(bool running) {
    running_ = running;
    progress_->setVisible(running);
    enable();
}

void ExportPanel::showProgress(const QString& doing, double done) {
    status_->setText(doing);
    progress_->setValue(static_cast<int>(1000 * done));
}

void ExportPanel::showOutcome(const ExportOutcome& outcome) {
    setRunning(false);
    std::vector<TextRow> rows;
    int failed = 0, skipped = 0;
    for (const CheckedFigure& figure : outcome.figures) {
        failed += figure.verdict == Verdict::Failed ? 1 : 0;
        skipped += figure.verdict == Verdict::NotRun ? 1 : 0;
        rows.push_back({{fromUtf8(figure.what), fromUtf8(figure.predicted), fromUtf8(figure.found),
                         verdictText(figure.verdict)},
                        fromUtf8(figure.remark),
                        figure.verdict == Verdict::Failed});
    }
    const bool verified = !rows.empty();
    results_->setRows(std::move(rows));
    resultView_->setVisible(verified);
    fitColumns(resultView_, 0);
    open_->show();
    QString text = !verified    ? tr("Written to %1.").arg(folder_->text())
                   : failed > 0 ? tr("Written, but %n checked figure(s) differ.", nullptr, failed)
                   : skipped == 0
                       ? tr("Written and verified: everything agrees.")
                       : tr("Written; what was verified agrees, %n check(s) not run.", nullptr, skipped);
    status_->setText(text);
}

void ExportPanel::showFailure(const QString& sentence) {
    setRunning(false);
    status_->setText(sentence);
}

} // namespace tandem::widgets
