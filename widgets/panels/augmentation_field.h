// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/augmentation.h"

#include <QWidget>

class QCheckBox;
class QDoubleSpinBox;
class QSpinBox;

namespace tandem::widgets {

/// How training images are changed at random.
class AugmentationField : public QWidget {
    Q_OBJECT
  public:
    explicit AugmentationField(QWidget* parent = nullptr);

    train::Augmentation value() const;

  private:
    QCheckBox* flip_;
    QSpinBox *shift_, *cutOut_;
    QDoubleSpinBox *mixUp_, *crop_;
};

} // namespace tandem::widgets
