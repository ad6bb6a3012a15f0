// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QObject>
#include <QPalette>

class QLabel;

namespace tandem::widgets {

enum class ThemeChoice { System, Light, Dark };

/// The look of the program: Fusion with a light or a dark palette of its own.
class Theme {
  public:
    /// Remembers what the desktop asks for; construct before anything changes the application's palette.
    Theme();
    /// Restyles the whole application at once; widgets hear of it as PaletteChange.
    void apply(ThemeChoice choice);
    ThemeChoice choice() const { return choice_; }

  private:
    bool systemIsDark_;
    ThemeChoice choice_ = ThemeChoice::System;
};

/// Whether light text stands on a dark ground. (Qt 6.4 cannot be asked for the colour scheme.)
bool isDark(const QPalette& palette);

/// Colours of plots, told apart by lightness as well as by hue (after Okabe and Ito, 2008), so that they stay
/// distinct for colour-blind people.
struct PlotColors {
    QColor background, grid, axis, text;
    QColor predicted, predictedOutside; ///< points inside the rules, and those outside
    QColor supernet, supernetOutside;
    QColor measured, measuredOutside;
    QColor front, selected, hovered;
    QColor good, warning, bad; ///< gauges and verdicts; always with a word beside them
};
PlotColors plotColors(const QPalette& palette);

/// A small, quiet label above or beside a figure.
QLabel* captionLabel(const QString& text, QWidget* parent = nullptr);
/// A heading inside a panel.
QLabel* headingLabel(const QString& text, QWidget* parent = nullptr);

} // namespace tandem::widgets
