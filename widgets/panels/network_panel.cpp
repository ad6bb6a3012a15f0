// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/network_panel.h"

#include "core/nn/network_size.h"
#include "widgets/models/format.h"
#include "widgets/panels/table_view.h"
#include "widgets/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace tandem::widgets {

NetworkPanel::NetworkPanel(QWidget* parent)
    : QWidget(parent),
      model_(new RowsModel({tr("Name"), tr("Operator"), tr("Output"), tr("MACs"), tr("Parameters"),
                            tr("Bundle"), tr("Runs on")},
                           {3, 4}, this)),
      view_(plainTable(model_, tr("Layers of the network"), this)),
      totals_(captionLabel({}, this)) {
    view_->setObjectName(QStringLiteral("networkView"));
    totals_->setContentsMargins(8, 2, 8, 4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(view_, 1);
    column->addWidget(totals_);
}

void NetworkPanel::setNetwork(const nn::Graph& network, const std::vector<space::Bundle>& bundles,
                              const HostReasons& hostReasons) {
    model_->setRows(networkRows(network, bundles, hostReasons));
    const nn::NetworkSize size = nn::sizeOf(network);
    totals_->setText(tr("%1 operators  ·  %2 MACs  ·  %3 parameters  ·  %4 bundles")
                         .arg(formatCount(static_cast<std::int64_t>(network.nodes.size())),
                              formatCount(size.operations), formatCount(size.parameters),
                              formatCount(static_cast<std::int64_t>(bundles.size()))));
    fitColumns(view_, -1);
}

void NetworkPanel::clear() {
    model_->setRows({});
    totals_->clear();
}

} // namespace tandem::widgets
