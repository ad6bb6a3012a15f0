// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tandem::test {

class ScatterTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void growingDoesNotRebuild();
    void clickSelectsThePointUnderTheCursor();
    void keyboardWalksAlongTheFront();
    void hoveringNamesThePoint();
    void axesChoose();
    void barsShowWhatIsPredicted();
    void frontMarksShowTheirLevel();
    void legendNamesEveryLevel();
    void followsThemeChange();
};

} // namespace tandem::test
