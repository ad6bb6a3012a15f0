// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace tandem::widgets {

/// What the marks of the scatter mean, in words: one line of symbols and texts that follows the theme.
class PlotLegend : public QWidget {
    Q_OBJECT
  public:
    explicit PlotLegend(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QStringList words() const;
};

} // namespace tandem::widgets
