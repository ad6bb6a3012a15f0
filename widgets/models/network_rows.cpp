// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/network_rows.h"

#include "widgets/models/format.h"

#include <QCoreApplication>

#include <map>

namespace tandem::widgets {

namespace {

QString words(const char* text) {
    return QCoreApplication::translate("NetworkPanel", text);
}

QString countOrDash(std::int64_t count) {
    return count == 0 ? QStringLiteral("–") : formatCount(count);
}

} // namespace

std::vector<TextRow> networkRows(const nn::Graph& network, const std::vector<space::Bundle>& bundles,
                                 const HostReasons& hostReasons) {
    const auto reasons =
        hostReasons ? hostReasons(network) : std::vector<std::optional<std::string>>(network.nodes.size());
    std::map<nn::NodeId, const space::Bundle*> bundleOf;
    for (const space::Bundle& bundle : bundles) {
        for (const nn::NodeId node : bundle.nodes) {
            bundleOf[node] = &bundle;
        }
    }
    std::vector<TextRow> rows;
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
        const nn::Node& node = network.nodes[i];
        const auto bundle = bundleOf.find(static_cast<nn::NodeId>(i));
        const std::optional<std::string>& reason = reasons.at(i);
        TextRow row;
        const std::string shape =
            node.outputs.empty() ? "" : nn::toString(network.value(node.outputs.front()).shape);
        row.cells = {fromUtf8(node.name),
                     fromUtf8(nn::operatorName(node.op)),
                     fromUtf8(shape).replace(QLatin1Char('x'), QStringLiteral(" × ")),
                     countOrDash(nn::multiplyAccumulates(network, node)),
                     countOrDash(nn::parameterCount(network, node)),
                     bundle != bundleOf.end() ? fromUtf8(bundle->second->name) : QStringLiteral("–"),
                     reason ? words(QT_TRANSLATE_NOOP("NetworkPanel", "host"))
                            : words(QT_TRANSLATE_NOOP("NetworkPanel", "hardware"))};
        if (reason) {
            row.toolTip =
                words(QT_TRANSLATE_NOOP("NetworkPanel", "Runs on the host: %1")).arg(fromUtf8(*reason));
        } else if (bundle != bundleOf.end()) {
            row.toolTip = fromUtf8(bundle->second->title);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace tandem::widgets
