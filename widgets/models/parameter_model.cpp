// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/parameter_model.h"

#include "widgets/models/format.h"
#include "widgets/session/steering.h"

#include <QApplication>
#include <QFont>
#include <QPalette>

#include <set>

namespace tandem::widgets {

namespace {

/// "weight bits" of "model.b3.weight_bits".
QString shortName(const std::string& name) {
    QString last = fromUtf8(name).section(QLatin1Char('.'), -1);
    if (name.starts_with("hw.")) {
        last = fromUtf8(name).section(QLatin1Char('.'), 1);
    }
    last.replace(QStringLiteral("_mhz"), QStringLiteral(" (MHz)"));
    return last.replace(QLatin1Char('_'), QLatin1Char(' ')).replace(QLatin1Char('.'), QStringLiteral(" · "));
}

} // namespace

ParameterModel::ParameterModel(QObject* parent) : QAbstractItemModel(parent) {}

void ParameterModel::setSpace(const point::Space& space, const std::vector<space::Bundle>& bundles) {
    beginResetModel();
    space_ = space;
    shown_.reset();
    groups_.clear();
    std::set<std::size_t> placed;
    for (const space::Bundle& bundle : bundles) {
        if (!bundle.parameters.empty()) {
            groups_.push_back({QStringLiteral("%1  %2").arg(fromUtf8(bundle.name), fromUtf8(bundle.title)),
                               bundle.parameters});
            placed.insert(bundle.parameters.begin(), bundle.parameters.end());
        }
    }
    Group accelerator{tr("Accelerator"), {}}, network{tr("Network"), {}};
    for (std::size_t i = 0; i < space_.parameters.size(); ++i) {
        if (!placed.contains(i)) {
            (space_.parameters[i].name.starts_with("hw.") ? accelerator : network).parameters.push_back(i);
        }
    }
    for (Group& group : std::array{std::move(network), std::move(accelerator)}) {
        if (!group.parameters.empty()) {
            groups_.insert(groups_.begin(), std::move(group));
        }
    }
    ranges_ = point::fullRanges(space_);
    endResetModel();
}

void ParameterModel::refresh() {
    for (int group = 0; group < rowCount(); ++group) {
        const QModelIndex parent = index(group, 0);
        Q_EMIT dataChanged(parent, index(group, ColumnCount - 1));
        Q_EMIT dataChanged(index(0, 0, parent), index(rowCount(parent) - 1, ColumnCount - 1, parent));
    }
}

void ParameterModel::setRanges(const point::Ranges& ranges) {
    if (ranges.size() == space_.parameters.size() && ranges != ranges_) {
        ranges_ = ranges;
        refresh();
    }
}

void ParameterModel::setShownPoint(std::optional<point::Encoding> encoding) {
    if (encoding && encoding->size() != space_.parameters.size()) {
        encoding.reset();
    }
    if (encoding != shown_) {
        shown_ = std::move(encoding);
        refresh();
    }
}

bool ParameterModel::anySteered() const {
    return ranges_ != point::fullRanges(space_);
}

std::optional<std::size_t> ParameterModel::parameterAt(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == 0) {
        return std::nullopt;
    }
    return groups_[index.internalId() - 1].parameters[static_cast<std::size_t>(index.row())];
}

int ParameterModel::shownChoice(std::size_t parameter) const {
    if (pinned(parameter)) {
        return ranges_[parameter].low;
    }
    return shown_ ? (*shown_)[parameter] : space_.parameters[parameter].imported;
}

std::optional<ParameterModel::Change> ParameterModel::changeOf(const QModelIndex& index, int choice) const {
    const auto parameter = parameterAt(index);
    if (!parameter || single(*parameter)) {
        return std::nullopt;
    }
    const point::Parameter& about = space_.parameters[*parameter];
    const point::Range before = ranges_[*parameter];
    const int last = static_cast<int>(about.choices.size()) - 1;
    if (index.column() != Pinned && (choice < 0 || choice > last)) {
        return std::nullopt;
    }
    const auto place = static_cast<std::uint8_t>(choice);
    point::Range after = before;
    switch (index.column()) {
    case Pinned: {
        const auto shown = static_cast<std::uint8_t>(shownChoice(*parameter));
        after = pinned(*parameter) ? point::Range{0, static_cast<std::uint8_t>(last)}
                                   : point::Range{shown, shown};
        break;
    }
    case Value:
        after = {place, place};
        break;
    case Low:
        after = {place, std::max(place, before.high)};
        break;
    case High:
        after = {std::min(place, before.low), place};
        break;
    default:
        return std::nullopt;
    }
    if (after == before) {
        return std::nullopt;
    }
    return Change{rangeCommand(about, after), rangeCommand(about, before)};
}

QModelIndex ParameterModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() + 1) : quintptr{0});
}

QModelIndex ParameterModel::parent(const QModelIndex& child) const {
    if (!child.isValid() || child.internalId() == 0) {
        return {};
    }
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, quintptr{0});
}

int ParameterModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) {
        return static_cast<int>(groups_.size());
    }
    if (parent.internalId() != 0 || parent.column() != 0) {
        return 0;
    }
    return static_cast<int>(groups_[static_cast<std::size_t>(parent.row())].parameters.size());
}

int ParameterModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

QVariant ParameterModel::groupData(const QModelIndex& index, int role) const {
    const Group& group = groups_[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole && index.column() == Name) {
        return group.title;
    }
    if (role == Qt::ToolTipRole) {
        return group.title;
    }
    if (role == Qt::FontRole) {
        QFont font = QApplication::font();
        font.setBold(true);
        return font;
    }
    return {};
}

QString ParameterModel::text(std::size_t parameter, int column) const {
    const point::Parameter& about = space_.parameters[parameter];
    const auto label = [&](int choice) {
        return fromUtf8(about.choices[static_cast<std::size_t>(choice)].label);
    };
    switch (column) {
    case Name:
        return shortName(about.name);
    case Value:
        return label(shownChoice(parameter));
    case Low:
        return label(ranges_[parameter].low);
    case High:
        return label(ranges_[parameter].high);
    default:
        return {};
    }
}

QString ParameterModel::toolTip(std::size_t parameter) const {
    const point::Parameter& about = space_.parameters[parameter];
    QStringList labels;
    for (const point::Choice& choice : about.choices) {
        labels << fromUtf8(choice.label);
    }
    return QStringLiteral("<p><b>%1</b><br>%2<br>%3</p>")
        .arg(fromUtf8(about.name).toHtmlEscaped(), fromUtf8(about.description).toHtmlEscaped(),
             tr("Legal values: %1").arg(labels.join(QStringLiteral(", "))).toHtmlEscaped());
}

QVariant ParameterModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const auto parameter = parameterAt(index);
    if (!parameter) {
        return groupData(index, role);
    }
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Pinned ? QVariant() : text(*parameter, index.column());
    case Qt::EditRole:
    case ChoiceRole:
        return index.column() == Low    ? int{ranges_[*parameter].low}
               : index.column() == High ? int{ranges_[*parameter].high}
                                        : shownChoice(*parameter);
    case Qt::CheckStateRole:
        return index.column() == Pinned && !single(*parameter)
                   ? QVariant(pinned(*parameter) ? Qt::Checked : Qt::Unchecked)
                   : QVariant();
    case Qt::ToolTipRole:
        return toolTip(*parameter);
    case Qt::AccessibleTextRole:
        return index.column() == Pinned ? tr("%1 is %2")
                                              .arg(fromUtf8(space_.parameters[*parameter].name),
                                                   pinned(*parameter) ? tr("pinned") : tr("free"))
                                        : QVariant();
    case Qt::ForegroundRole: {
        const bool quiet = single(*parameter) || (index.column() == Value && !pinned(*parameter));
        return quiet ? QVariant(QApplication::palette().brush(QPalette::PlaceholderText)) : QVariant();
    }
    case Qt::FontRole: {
        const point::Range full{0,
                                static_cast<std::uint8_t>(space_.parameters[*parameter].choices.size() - 1)};
        QFont font = QApplication::font();
        font.setBold(true);
        return ranges_[*parameter] != full ? QVariant(font) : QVariant();
    }
    case ChoicesRole: {
        QStringList labels;
        for (const point::Choice& choice : space_.parameters[*parameter].choices) {
            labels << fromUtf8(choice.label);
        }
        return labels;
    }
    case ParameterRole:
        return static_cast<int>(*parameter);
    default:
        return {};
    }
}

bool ParameterModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole && role != Qt::CheckStateRole) {
        return false;
    }
    if (index.column() == Pinned) {
        const auto parameter = parameterAt(index);
        if (!parameter || pinned(*parameter) == (value.toInt() == Qt::Checked)) {
            return false;
        }
    }
    const auto change = changeOf(index, value.toInt());
    if (change) {
        Q_EMIT changeWanted(change->first, change->second);
    }
    return change.has_value();
}

Qt::ItemFlags ParameterModel::flags(const QModelIndex& index) const {
    const auto parameter = parameterAt(index);
    if (!parameter) {
        return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags;
    }
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    if (!single(*parameter)) {
        flags |= index.column() == Pinned ? Qt::ItemIsUserCheckable
                 : index.column() != Name ? Qt::ItemIsEditable
                                          : Qt::NoItemFlags;
    }
    return flags;
}

QVariant ParameterModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) {
        return {};
    }
    const bool tip = role == Qt::ToolTipRole;
    switch (section) {
    case Name:
        return tip ? tr("What is searched") : tr("Parameter");
    case Pinned:
        return tip ? tr("Hold the parameter at its value") : tr("Pin");
    case Value:
        return tip ? tr("The pinned value, else that of the selected point, else the imported one")
                   : tr("Value");
    case Low:
        return tip ? tr("The smallest value the search may choose") : tr("From");
    case High:
        return tip ? tr("The largest value the search may choose") : tr("To");
    default:
        return {};
    }
}

} // namespace tandem::widgets
