// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tandem::test {

class StudyModelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void selectionSurvivesSnapshots();
    void selectionInOneViewShowsInAll();
    void hoverAndBrush();
    void columnsFollowSnapshots();
    void manyPointsAreLookedAtInTheBackground();
    void newestQuestionWins();
    void everyExceptionBecomesASentence();
};

} // namespace tandem::test
