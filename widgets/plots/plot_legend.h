// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <vector>

namespace tandem::widgets {

/// What the marks of the scatter mean, in words: symbols and texts in as many lines as the width needs, in
/// the colours of the theme.
class PlotLegend : public QWidget {
    Q_OBJECT
  public:
    explicit PlotLegend(QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    int heightForWidth(int width) const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QStringList words() const;
    int lineHeight() const;
    int widthOf(const QString& text) const;
    /// The upper left corner of every symbol.
    std::vector<QPoint> places(int width) const;
};

} // namespace tandem::widgets
