// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include <QApplication>
#include <QLabel>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleOption>
#include <QToolTip>

namespace tandem::widgets {

namespace {

struct Shades {
    QColor window, base, alternate, raised, text, quiet, disabled, border, accent, onAccent, link;
};

const Shades kLight{0xf4f5f7, 0xffffff, 0xf7f8fa, 0xfcfcfd, 0x1c2430, 0x5b6675,
                    0x7d8794, 0xc9ced6, 0x1f66b0, 0xffffff, 0x1f66b0};
const Shades kDark{0x20242b, 0x181b20, 0x1d2127, 0x2b3038, 0xe4e7ec, 0x9aa5b4,
                   0x8790a0, 0x3c434e, 0x3f87d0, 0xffffff, 0x6cb2f5};

QPalette paletteOf(const Shades& shades) {
    QPalette palette(shades.text, shades.raised, shades.border.lighter(115), shades.border.darker(125),
                     shades.border, shades.text, shades.onAccent, shades.base, shades.window);
    palette.setColor(QPalette::AlternateBase, shades.alternate);
    palette.setColor(QPalette::Highlight, shades.accent);
    palette.setColor(QPalette::HighlightedText, shades.onAccent);
    palette.setColor(QPalette::Link, shades.link);
    palette.setColor(QPalette::LinkVisited, shades.link);
    palette.setColor(QPalette::PlaceholderText, shades.quiet);
    palette.setColor(QPalette::ToolTipBase, shades.raised);
    palette.setColor(QPalette::ToolTipText, shades.text);
    palette.setColor(QPalette::Shadow, QColor(0, 0, 0, 90));
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}) {
        palette.setColor(QPalette::Disabled, role, shades.disabled);
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, shades.border);
    return palette;
}

/// A label that follows the palette in a quieter tone and a size relative to the application's font.
class ToneLabel : public QLabel {
  public:
    ToneLabel(const QString& text, bool heading, QWidget* parent) : QLabel(text, parent), heading_(heading) {
        tone();
    }

  protected:
    void changeEvent(QEvent* event) override {
        QLabel::changeEvent(event);
        if (event->type() == QEvent::PaletteChange && !toning_) {
            tone();
        }
    }

  private:
    void tone() {
        toning_ = true;
        QFont font = QApplication::font();
        if (heading_) {
            font.setBold(true);
        } else {
            font.setPointSizeF(font.pointSizeF() * 0.88);
            QPalette palette = QApplication::palette();
            palette.setColor(QPalette::WindowText, palette.color(QPalette::PlaceholderText));
            setPalette(palette);
        }
        setFont(font);
        toning_ = false;
    }
    bool heading_;
    bool toning_ = false;
};

/// Fusion with some air in the cells of tables and lists.
class RoomyStyle : public QProxyStyle {
  public:
    using QProxyStyle::QProxyStyle;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override {
        if (metric == PM_FocusFrameHMargin || metric == PM_HeaderMargin) {
            return 5;
        }
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
    /// Fusion's frames around an empty check box and radio button cannot be seen on a dark ground.
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        const bool isBox = element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck;
        if (!isBox && element != PE_IndicatorRadioButton) {
            return;
        }
        painter->save();
        painter->setBrush(Qt::NoBrush);
        painter->setPen(option->palette.color(QPalette::Disabled, QPalette::Text));
        if (isBox) {
            painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        } else {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->drawEllipse(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5));
        }
        painter->restore();
    }
};

} // namespace

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

Theme::Theme() : systemIsDark_(isDark(QApplication::palette())) {
    QApplication::setStyle(std::make_unique<RoomyStyle>(QStringLiteral("Fusion")).release());
}

void Theme::apply(ThemeChoice choice) {
    choice_ = choice;
    const bool dark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && systemIsDark_);
    const QPalette palette = paletteOf(dark ? kDark : kLight);
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

PlotColors plotColors(const QPalette& palette) {
    PlotColors colors;
    colors.background = palette.color(QPalette::Base);
    colors.text = palette.color(QPalette::Text);
    if (isDark(palette)) {
        colors.grid = QColor(0x2a2f37);
        colors.axis = QColor(0x76808e);
        colors.predicted = QColor(0x5c9bd8);
        colors.predictedOutside = QColor(0x3a4452);
        colors.supernet = QColor(0xb65fa8);
        colors.supernetOutside = QColor(0x553350);
        colors.measured = QColor(0x35c9a0);
        colors.measuredOutside = QColor(0x2d5a50);
        colors.front = QColor(0xf0a030);
        colors.selected = QColor(0xffffff);
        colors.hovered = QColor(0xf5e063);
        colors.good = QColor(0x35b890);
        colors.warning = QColor(0xe3a02c);
        colors.bad = QColor(0xe8705a);
    } else {
        colors.grid = QColor(0xe9ecf0);
        colors.axis = QColor(0x7a8492);
        colors.predicted = QColor(0x4f8fcb);
        colors.predictedOutside = QColor(0xd3d9e1);
        colors.supernet = QColor(0x882e72);
        colors.supernetOutside = QColor(0xd4b3cd);
        colors.measured = QColor(0x008060);
        colors.measuredOutside = QColor(0xa5cfc2);
        colors.front = QColor(0xcc4e00);
        colors.selected = QColor(0x101820);
        colors.hovered = QColor(0x8a3ffc);
        colors.good = QColor(0x00875f);
        colors.warning = QColor(0xb97400);
        colors.bad = QColor(0xc23b22);
    }
    return colors;
}

QLabel* captionLabel(const QString& text, QWidget* parent) {
    return std::make_unique<ToneLabel>(text, false, parent).release();
}

QLabel* headingLabel(const QString& text, QWidget* parent) {
    return std::make_unique<ToneLabel>(text, true, parent).release();
}

} // namespace tandem::widgets
