// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tandem::test {

class CloudTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void appendingEqualsRebuilding();
    void nearestEqualsBruteForce();
    void marksSayRulesAndSource();
    void levelsDifferWithoutColour();
    void accuracyDecidesTheLevel();
    void betterKnownPointsAreTakenOver();
    void logarithmicPositions();
};

} // namespace tandem::test
