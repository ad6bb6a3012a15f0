// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/journal_panel.h"

#include "widgets/models/format.h"
#include "widgets/models/rows_model.h"
#include "widgets/panels/table_view.h"
#include "widgets/session/study_model.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace tandem::widgets {

ViewKind JournalPanel::kind() {
    return {QStringLiteral("journalDock"),
            tr("Steering journal"),
            Side::Bottom,
            0,
            false,
            [](const ViewServices& services, QWidget* parent) {
                return new JournalPanel(services.model, parent);
            }};
}

JournalPanel::JournalPanel(StudyModel& model, QWidget* parent)
    : QWidget(parent),
      model_(model),
      rows_(new RowsModel({tr("Epoch"), tr("From point"), tr("Change")}, {0, 1}, this)) {
    auto* table = plainTable(rows_, tr("Steering journal"), this);
    table->setColumnWidth(0, 60);
    table->setColumnWidth(1, 100);
    table->horizontalHeader()->setStretchLastSection(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(table);
    connect(&model_, &StudyModel::studyChanged, this, &JournalPanel::showEpochs);
    connect(&model_, &StudyModel::snapshotChanged, this, &JournalPanel::showEpochs);
    showEpochs();
}

void JournalPanel::showEpochs() {
    std::vector<TextRow> rows;
    if (const SnapshotPtr& snapshot = model_.snapshot()) {
        for (const engine::EpochRecord& epoch : snapshot->epochs) {
            rows.push_back({{QString::number(epoch.epoch),
                             formatCount(static_cast<std::int64_t>(epoch.firstPoint)), fromUtf8(epoch.text)},
                            {},
                            false});
        }
    }
    rows_->setRows(std::move(rows));
}

} // namespace tandem::widgets
