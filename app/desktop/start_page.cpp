// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/start_page.h"

#include "widgets/theme.h"

#include <QFileInfo>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace tandem::app {

StartPage::StartPage(bool hasSample, QWidget* parent)
    : QWidget(parent), frame_(new QWidget(this)), recent_(new QVBoxLayout) {
    auto* title = new QLabel(tr("Drop an ONNX file here"), this);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.7);
    large.setBold(true);
    title->setFont(large);
    title->setAlignment(Qt::AlignCenter);
    auto* text = widgets::captionLabel(tr("Tandem searches the network and the FPGA accelerator that runs it "
                                          "as one design. A .tandem study opens the same way."),
                                       this);
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    auto* open = new QPushButton(tr("Open…"), this);
    open->setDefault(true);
    open->setMinimumWidth(120);
    open->setObjectName(QStringLiteral("openButton"));
    open->setToolTip(tr("Open an ONNX model or a study"));
    auto* sample = new QPushButton(tr("Try the sample"), this);
    sample->setToolTip(tr("Open the small Fashion-MNIST network that comes with the program"));
    sample->setVisible(hasSample);
    connect(open, &QPushButton::clicked, this, &StartPage::openWanted);
    connect(sample, &QPushButton::clicked, this, &StartPage::sampleWanted);

    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(open);
    buttons->addWidget(sample);
    buttons->addStretch();
    auto* inside = new QVBoxLayout(frame_);
    inside->setContentsMargins(40, 36, 40, 32);
    inside->setSpacing(12);
    inside->addWidget(title);
    inside->addWidget(text);
    inside->addSpacing(6);
    inside->addLayout(buttons);
    frame_->setFixedWidth(560);
    recent_->setSpacing(2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 24);
    column->addStretch(2);
    column->addWidget(frame_, 0, Qt::AlignHCenter);
    column->addSpacing(18);
    column->addLayout(recent_);
    column->addStretch(3);
}

void StartPage::setRecentFiles(const QStringList& files) {
    while (QLayoutItem* item = recent_->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->deleteLater();
        }
        delete item; // NOLINT(cppcoreguidelines-owning-memory): takeAt hands the item over
    }
    if (files.isEmpty()) {
        return;
    }
    recent_->addWidget(widgets::captionLabel(tr("Recent")), 0, Qt::AlignHCenter);
    for (const QString& path : files.mid(0, 5)) {
        auto* link = new QPushButton(QFileInfo(path).fileName(), this);
        link->setFlat(true);
        link->setCursor(Qt::PointingHandCursor);
        link->setToolTip(path);
        connect(link, &QPushButton::clicked, this, [this, path] { Q_EMIT fileWanted(path); });
        recent_->addWidget(link, 0, Qt::AlignHCenter);
    }
}

void StartPage::setDropHint(bool hovering) {
    hovering_ = hovering;
    update();
}

void StartPage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor line = palette().color(hovering_ ? QPalette::Highlight : QPalette::Mid);
    painter.setPen(QPen(line, hovering_ ? 2.5 : 1.5, Qt::DashLine));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(frame_->geometry()).adjusted(1, 1, -1, -1), 10, 10);
}

} // namespace tandem::app
