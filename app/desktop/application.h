// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>

namespace tandem::app {

/// The program as Qt runs it. An exception that leaves a slot or an event handler ends neither the program
/// nor what is unsaved: it becomes a sentence.
class Application : public QApplication {
    Q_OBJECT
  public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override;

  Q_SIGNALS:
    void failed(const QString& sentence);
};

} // namespace tandem::app
