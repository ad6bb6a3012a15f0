// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/augmentation_field.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QSpinBox>

namespace tandem::widgets {

AugmentationField::AugmentationField(QWidget* parent)
    : QWidget(parent),
      flip_(new QCheckBox(tr("Flip"), this)),
      shift_(new QSpinBox(this)),
      cutOut_(new QSpinBox(this)),
      mixUp_(new QDoubleSpinBox(this)),
      crop_(new QDoubleSpinBox(this)) {
    flip_->setToolTip(tr("Turn every second training image left to right"));
    shift_->setPrefix(tr("Shift "));
    shift_->setToolTip(tr("Move training images by up to so many pixels in each direction"));
    cutOut_->setPrefix(tr("Cut-out "));
    cutOut_->setToolTip(tr("Fill a square of so many pixels a side at a random place with 0"));
    for (QSpinBox* pixels : {shift_, cutOut_}) {
        pixels->setRange(0, 64);
        pixels->setSuffix(tr(" px"));
    }
    mixUp_->setPrefix(tr("Mix-up "));
    mixUp_->setRange(0.0, 4.0);
    mixUp_->setSingleStep(0.1);
    mixUp_->setToolTip(
        tr("Mix pairs of images and of their labels with a share from Beta(a, a) of this a; 0: not at all"));
    crop_->setPrefix(tr("Crop "));
    crop_->setSuffix(tr(" %"));
    crop_->setRange(0.0, 90.0);
    crop_->setDecimals(0);
    crop_->setSingleStep(5.0);
    crop_->setToolTip(tr("Cut off up to such a share of each side and scale the rest back to the whole"));
    crop_->setObjectName(QStringLiteral("augmentationCrop"));
    crop_->setAccessibleName(tr("Crop of training images, percent of a side"));
    flip_->setObjectName(QStringLiteral("augmentationFlip"));
    shift_->setObjectName(QStringLiteral("augmentationShift"));
    cutOut_->setObjectName(QStringLiteral("augmentationCutOut"));
    mixUp_->setObjectName(QStringLiteral("augmentationMixUp"));
    flip_->setAccessibleName(tr("Flip training images"));
    shift_->setAccessibleName(tr("Shift training images, pixels"));
    cutOut_->setAccessibleName(tr("Cut-out in training images, pixels"));
    mixUp_->setAccessibleName(tr("Mix-up of training images"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->addWidget(flip_, 0, 0);
    grid->addWidget(shift_, 0, 1);
    grid->addWidget(cutOut_, 1, 0);
    grid->addWidget(mixUp_, 1, 1);
    grid->addWidget(crop_, 2, 0);
}

train::Augmentation AugmentationField::value() const {
    return {flip_->isChecked(), shift_->value(), cutOut_->value(), mixUp_->value(), crop_->value() / 100.0};
}

} // namespace tandem::widgets
