// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/message_bar.h"

#include "widgets/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace tandem::widgets {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent),
      mark_(new QLabel(this)),
      text_(new QLabel(this)),
      progress_(new QProgressBar(this)),
      cancel_(new QPushButton(tr("Cancel"), this)),
      close_(new QPushButton(tr("Dismiss"), this)) {
    setObjectName(QStringLiteral("messageBar"));
    setAutoFillBackground(true);
    setFrameShape(QFrame::NoFrame);
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    progress_->setRange(0, 0);
    progress_->setTextVisible(false);
    progress_->setFixedSize(140, 8);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 8, 6);
    row->setSpacing(10);
    row->addWidget(mark_);
    row->addWidget(text_, 1);
    row->addWidget(progress_);
    row->addWidget(cancel_);
    row->addWidget(close_);
    connect(cancel_, &QPushButton::clicked, this, &MessageBar::cancelled);
    connect(close_, &QPushButton::clicked, this, &MessageBar::dismiss);
    hide();
}

void MessageBar::showSentence(Kind kind, const QString& sentence) {
    kind_ = kind;
    mark_->setText(kind == Kind::Failure ? tr("Problem") : QString());
    mark_->setVisible(kind == Kind::Failure);
    text_->setText(sentence);
    progress_->setVisible(kind == Kind::Busy);
    cancel_->setVisible(kind == Kind::Busy);
    close_->setVisible(kind != Kind::Busy);
    setAccessibleName(sentence);
    recolor();
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void MessageBar::showFailure(const QString& sentence) {
    showSentence(Kind::Failure, sentence);
}

void MessageBar::showRemark(const QString& sentence) {
    showSentence(Kind::Remark, sentence);
}

void MessageBar::showBusy(const QString& doing, bool cancellable) {
    showSentence(Kind::Busy, doing);
    cancel_->setVisible(cancellable);
}

void MessageBar::clearBusy() {
    if (kind_ == Kind::Busy) {
        dismiss();
    }
}

void MessageBar::dismiss() {
    kind_ = Kind::Nothing;
    hide();
}

QString MessageBar::text() const {
    return kind_ == Kind::Nothing ? QString() : text_->text();
}

void MessageBar::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && parentWidget() != nullptr && !signalsBlocked()) {
        const bool blocked = blockSignals(true);
        recolor();
        blockSignals(blocked);
    }
}

void MessageBar::recolor() {
    const QPalette base = QWidget::parentWidget() != nullptr ? parentWidget()->palette() : palette();
    const PlotColors colors = plotColors(base);
    QColor tint = kind_ == Kind::Failure ? colors.bad : base.color(QPalette::Highlight);
    const QColor ground = base.color(QPalette::Window);
    const auto mix = [](int tintPart, int groundPart) { return (tintPart * 16 + groundPart * 84) / 100; };
    const QColor mixed(mix(tint.red(), ground.red()), mix(tint.green(), ground.green()),
                       mix(tint.blue(), ground.blue()));
    QPalette own = base;
    own.setColor(QPalette::Window, mixed);
    if (own != palette()) {
        setPalette(own);
    }
    QPalette markPalette = own;
    markPalette.setColor(QPalette::WindowText, tint);
    mark_->setPalette(markPalette);
    QFont bold = font();
    bold.setBold(true);
    mark_->setFont(bold);
}

} // namespace tandem::widgets
