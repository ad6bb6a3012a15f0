// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/application.h"

#include "widgets/session/background.h"

namespace tandem::app {

bool Application::notify(QObject* receiver, QEvent* event) {
    try {
        return QApplication::notify(receiver, event);
    } catch (...) {
        Q_EMIT failed(widgets::sentenceOf(std::current_exception()));
        return true;
    }
}

} // namespace tandem::app
