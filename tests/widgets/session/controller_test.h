// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tandem::test {

class ControllerTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void opensAModel();
    void saysWhyItFailed();
    void cancelledOpeningIsForgotten();
    void cancelledOpeningLeavesNoFile();
    void quittingWhileAModelOpensLeavesNoFile();
    void failedOpeningLeavesOthersStudies();
    void importsAModelOnce();
    void unstartedStudyLeavesNoFile();
    void reconfigureKeepsPins();
    void saysWhyTheFrontIsEmpty();
    void refines();
    void exports();
    void trains();
    void trainsTheFront();
    void trainsTheSupernet();
    void trainedStudyIsKept();
    void keepsTheStudyWhereAnotherSetupFails();
    void changesWhileAStudyIsRebuiltAreTaken();
    void exportsAndTrainingsDoNotBlockOpening();
    void whatIsNoErrorIsSaidToo();
    void cancelledStudyLeavesNoFile();
    void studyOpensAgainOnceItIsClosed();
};

} // namespace tandem::test
