// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tandem::test {

class WindowTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void startsEmpty();
    void dropSearchPinSelectExport();
    void refusesOtherFiles();
    void takesDataBeforeTheFirstPoint();
    void frontTableAndScatterAgree();
    void trainsTheSupernet();
    void resetLayout();
    void choicesWhileAStudyOpensAreTaken();
    void longNamesAreShortened();
    void exceptionInASlotBecomesAMessage();
};

} // namespace tandem::test
