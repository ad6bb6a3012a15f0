// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/bundles.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace tandem::widgets {

/// Asks for the network that a bundle is to make, and shows its size, or why it cannot be made, at once.
class AssemblyDialog : public QDialog {
    Q_OBJECT
  public:
    explicit AssemblyDialog(QWidget* parent = nullptr);

    /// What the fields say; throws Error (Input) where they make no sense. The dialog is only accepted where
    /// a network can be made of it.
    nn::AssemblyOptions options() const;

  private:
    void buildForm();
    void showSize();

    QComboBox *bundle_, *downSampling_;
    QSpinBox *inputChannels_, *rows_, *columns_, *classes_, *repetitions_;
    QLineEdit* channels_;
    QDoubleSpinBox* clip_;
    QCheckBox* shortcuts_;
    QLabel* size_;
    QDialogButtonBox* buttons_;
};

} // namespace tandem::widgets
