// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/theme.h"

#include <QStringList>

#include <optional>

namespace tandem::app {

/// What the program was asked on its command line.
struct CommandLine {
    QString file, device, study, screenshot;
    std::optional<widgets::ThemeChoice> theme;
    double after = 5.0; ///< seconds until the screenshot
    bool start = false;
    bool exitAfterStartup = false;
};

/// Reads the arguments. --help and --version end the program; a wrong argument throws Error (Input).
CommandLine readCommandLine(const QStringList& arguments);

} // namespace tandem::app
