// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace tandem::widgets {

/// How much of a budget is used: a bar with the figures in words. Used beyond the budget it says so.
class ResourceGauge : public QWidget {
    Q_OBJECT
  public:
    explicit ResourceGauge(const QString& name, QWidget* parent = nullptr);

    /// `source` says where the used amount comes from.
    void setUse(double used, double budget, const QString& source);
    /// Used share of the budget; 1 is all of it.
    double share() const { return budget_ > 0.0 ? used_ / budget_ : 0.0; }
    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString name_, source_;
    double used_ = 0.0, budget_ = 0.0;
};

} // namespace tandem::widgets
