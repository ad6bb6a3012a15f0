// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "core/space/joint_space.h"

#include <QAbstractItemModel>

#include <optional>
#include <utility>
#include <vector>

namespace tandem::widgets {

/// The parameters of a study as a tree: a row per bundle and one for the accelerator, under each its
/// parameters with their pins and bounds. Editing changes nothing here: it announces the command that would,
/// and the ranges of the next snapshot show that it was obeyed.
class ParameterModel : public QAbstractItemModel {
    Q_OBJECT
  public:
    enum Column { Name, Pinned, Value, Low, High, ColumnCount };
    enum Role {
        ChoicesRole = Qt::UserRole, ///< labels of the legal values, QStringList
        ChoiceRole,                 ///< index of the value shown, int
        ParameterRole,              ///< index into Space::parameters, int; invalid on a group
    };
    using Change = std::pair<engine::Command, engine::Command>; ///< a command and its opposite

    explicit ParameterModel(QObject* parent = nullptr);

    void setSpace(const point::Space& space, const std::vector<space::Bundle>& bundles);
    void setRanges(const point::Ranges& ranges);
    /// The point whose values unpinned rows show; the imported one where there is none.
    void setShownPoint(std::optional<point::Encoding> encoding);

    const point::Space& space() const { return space_; }
    const point::Ranges& ranges() const { return ranges_; }
    bool anySteered() const;
    /// The command of choosing `choice` in an editable cell, or of toggling a pin; nothing where it would
    /// change nothing.
    std::optional<Change> changeOf(const QModelIndex& index, int choice) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

  Q_SIGNALS:
    void changeWanted(const tandem::engine::Command& change, const tandem::engine::Command& inverse);

  private:
    struct Group {
        QString title;
        std::vector<std::size_t> parameters;
    };
    std::optional<std::size_t> parameterAt(const QModelIndex& index) const;
    int shownChoice(std::size_t parameter) const;
    QVariant groupData(const QModelIndex& index, int role) const;
    QString text(std::size_t parameter, int column) const;
    QString toolTip(std::size_t parameter) const;
    bool pinned(std::size_t parameter) const { return ranges_[parameter].low == ranges_[parameter].high; }
    bool single(std::size_t parameter) const { return space_.parameters[parameter].choices.size() < 2; }
    void refresh();

    point::Space space_;
    std::vector<Group> groups_;
    point::Ranges ranges_;
    std::optional<point::Encoding> shown_;
};

} // namespace tandem::widgets
