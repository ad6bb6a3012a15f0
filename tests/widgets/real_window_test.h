// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tandem::test {

/// The whole program behind the window: importer, engine, study file, code generation.
class RealWindowTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void dropSearchSteerSelectExport();
    void trainsWhileItSearches();
    void studyIsOpenedAgain();
    void brokenModelIsSaidInOneSentence();
};

} // namespace tandem::test
