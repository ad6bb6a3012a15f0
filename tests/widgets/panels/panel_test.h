// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tandem::test {

class PanelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void addAndChangeConstraint();
    void objectives();
    void inspectorShowsThePoint();
    void exportPanelAsksAndShows();
    void trainingPanelShowsCurvesAndResult();
    void trainingPanelTrainsTheSupernet();
    void trainingPanelTrainsTheFront();
    void trainingPanelShowsRecordedCurves();
    void assemblyDialogSaysWhatItMakes();
    void dataSettingsAreReadAndRefused();
    void runBarFollowsTheSession();
};

} // namespace tandem::test
