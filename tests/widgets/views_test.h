// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tandem::test {

class ViewsTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void everyViewIsMade();
    void viewsWorkWithoutEachOther();
};

} // namespace tandem::test
