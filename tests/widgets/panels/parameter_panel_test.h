// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tandem::test {

class ParameterPanelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void pinAndUndo();
    void boundFromTheList();
    void previewBeforeCommitting();
    void previewDoesNotHoldUpTheScreen();
    void filter();
    void pinAllIsOneStep();
    void refusalLeavesNoStep();
};

} // namespace tandem::test
