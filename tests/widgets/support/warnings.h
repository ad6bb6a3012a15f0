// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRegularExpression>

namespace tandem::test {

/// Every warning but those about what the offscreen platform cannot do (raise a window, grab the keyboard).
inline QRegularExpression unexpectedWarnings() {
    return QRegularExpression(QStringLiteral("^(?!This plugin does not support ).*"));
}

} // namespace tandem::test
