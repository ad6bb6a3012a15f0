// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/network_panel.h"

#include "core/nn/network_size.h"
#include "widgets/models/format.h"
#include "widgets/panels/table_view.h"
#include "widgets/session/study_model.h"
#include "widgets/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace tandem::widgets {

namespace {

QString totalsText(const nn::Graph& network, std::size_t bundles) {
    const nn::NetworkSize size = nn::sizeOf(network);
    return NetworkPanel::tr("%1 operators  ·  %2 MACs  ·  %3 parameters  ·  %4 bundles")
        .arg(formatCount(static_cast<std::int64_t>(network.nodes.size())), formatCount(size.operations),
             formatCount(size.parameters), formatCount(static_cast<std::int64_t>(bundles)));
}

} // namespace

ViewKind NetworkPanel::kind() {
    return {QStringLiteral("networkDock"),
            tr("Network"),
            Side::Left,
            0,
            false,
            [](const ViewServices& services, QWidget* parent) {
                return new NetworkPanel(services.model, services.hostReasons, parent);
            }};
}

NetworkPanel::NetworkPanel(StudyModel& model, HostReasons hostReasons, QWidget* parent)
    : QWidget(parent),
      model_(model),
      hostReasons_(std::move(hostReasons)),
      rows_(new RowsModel({tr("Name"), tr("Operator"), tr("Output"), tr("MACs"), tr("Parameters"),
                           tr("Bundle"), tr("Runs on")},
                          {3, 4}, this)),
      view_(plainTable(rows_, tr("Layers of the network"), this)),
      totals_(captionLabel({}, this)),
      work_(this) {
    view_->setObjectName(QStringLiteral("networkView"));
    totals_->setContentsMargins(8, 2, 8, 4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(view_, 1);
    column->addWidget(totals_);
    connect(&model_, &StudyModel::studyChanged, this, &NetworkPanel::showNetwork);
    connect(&model_, &StudyModel::networkChanged, this, [this] {
        showNetwork();
        model_.raiseView(kind().name);
    });
    showNetwork();
}

void NetworkPanel::showNetwork() {
    if (!model_.network()) {
        work_.cancel();
        rows_->setRows({});
        totals_->clear();
        return;
    }
    using Shown = std::pair<std::vector<TextRow>, QString>;
    work_.ask(
        [network = model_.network(), study = model_.study(),
         hostReasons = hostReasons_](const std::stop_token&) -> Shown {
            const std::vector<space::Bundle> bundles = study ? study->bundles : std::vector<space::Bundle>{};
            return {networkRows(*network, bundles, hostReasons), totalsText(*network, bundles.size())};
        },
        [this](const Outcome<Shown>& outcome) {
            if (outcome.index() == 0) {
                Q_EMIT model_.failed(std::get<0>(outcome));
                return;
            }
            rows_->setRows(std::get<1>(outcome).first);
            totals_->setText(std::get<1>(outcome).second);
            fitColumns(view_, -1);
        });
}

} // namespace tandem::widgets
