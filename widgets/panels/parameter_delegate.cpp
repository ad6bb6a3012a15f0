// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/parameter_delegate.h"

#include "widgets/models/parameter_model.h"

#include <QComboBox>
#include <QPainter>
#include <QTimer>

namespace tandem::widgets {

QWidget* ParameterDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&,
                                         const QModelIndex& index) const {
    auto* box = new QComboBox(parent);
    box->addItems(index.data(ParameterModel::ChoicesRole).toStringList());
    box->setAccessibleName(index.siblingAtColumn(ParameterModel::Name).data().toString());
    const QPersistentModelIndex cell = index;
    connect(box, &QComboBox::highlighted, this,
            [this, cell](int choice) { Q_EMIT considered(cell, choice); });
    connect(box, &QComboBox::activated, this, [this, box] {
        auto* self = const_cast<ParameterDelegate*>(this);
        Q_EMIT self->commitData(box);
        Q_EMIT self->closeEditor(box);
    });
    QTimer::singleShot(0, box, &QComboBox::showPopup);
    return box;
}

void ParameterDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
    qobject_cast<QComboBox*>(editor)->setCurrentIndex(index.data(ParameterModel::ChoiceRole).toInt());
}

void ParameterDelegate::setModelData(QWidget* editor, QAbstractItemModel* model,
                                     const QModelIndex& index) const {
    model->setData(index, qobject_cast<QComboBox*>(editor)->currentIndex());
}

void ParameterDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const {
    QStyledItemDelegate::paint(painter, option, index);
    if (!index.flags().testFlag(Qt::ItemIsEditable)) {
        return;
    }
    // A small arrow says that the cell opens a list.
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    painter->setPen(
        QPen(option.palette.color(chosen ? QPalette::HighlightedText : QPalette::PlaceholderText), 1.3));
    const QPointF tip(option.rect.right() - 8.5, option.rect.center().y() + 2.5);
    painter->drawPolyline(QPolygonF{tip + QPointF(-3, -3), tip, tip + QPointF(3, -3)});
    painter->restore();
}

QSize ParameterDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QSize size = QStyledItemDelegate::sizeHint(option, index);
    const int arrow = index.flags().testFlag(Qt::ItemIsEditable) ? 18 : 0;
    return {size.width() + arrow, std::max(size.height(), option.fontMetrics.height() + 8)};
}

} // namespace tandem::widgets
