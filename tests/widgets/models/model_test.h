// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace tandem::test {

class ModelTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void frontModelFollowsSnapshots();
    void frontShowsSources();
    void parameterModelShowsRanges();
    void parameterModelAnnouncesCommands();
    void rowsModelAppends();
    void networkRows();
};

} // namespace tandem::test
