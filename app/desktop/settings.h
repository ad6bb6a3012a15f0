// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/panels/run_bar.h"
#include "widgets/theme.h"

#include <QByteArray>
#include <QSettings>
#include <QStringList>

namespace tandem::app {

/// What the program remembers between runs; nothing that belongs to a study. An INI file in TANDEM_CONFIG_DIR
/// if that is set, else in the user's configuration folder.
class Settings {
  public:
    static constexpr int kMostRecent = 10;

    Settings();

    /// Files opened lately that still exist, newest first.
    QStringList recentFiles() const;
    void addRecentFile(const QString& path);
    void clearRecentFiles();

    widgets::ThemeChoice theme() const;
    void setTheme(widgets::ThemeChoice choice);

    /// Position, size and docks of the window, as of this version of the layout; empty if there is none.
    QByteArray geometry() const;
    QByteArray layout(int version) const;
    void setWindow(const QByteArray& geometry, const QByteArray& layout, int version);

    /// The choices of the last search that was set up.
    widgets::RunChoices runChoices() const;
    void setRunChoices(const widgets::RunChoices& choices);

    QString lastFolder() const;
    void setLastFolder(const QString& folder);

  private:
    QSettings file_;
};

} // namespace tandem::app
