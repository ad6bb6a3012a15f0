// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/settings.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace tandem::app {

namespace {

QString settingsFile() {
    const QString chosen = qEnvironmentVariable("TANDEM_CONFIG_DIR");
    const QString folder = chosen.isEmpty()
                               ? QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
                                     QStringLiteral("/tandem")
                               : chosen;
    return QDir(folder).filePath(QStringLiteral("tandem.ini"));
}

} // namespace

Settings::Settings() : file_(settingsFile(), QSettings::IniFormat) {}

QStringList Settings::recentFiles() const {
    QStringList files = file_.value(QStringLiteral("recentFiles")).toStringList();
    files.removeIf([](const QString& path) { return !QFileInfo::exists(path); });
    return files;
}

void Settings::addRecentFile(const QString& path) {
    QStringList files = recentFiles();
    const QString whole = QFileInfo(path).absoluteFilePath();
    files.removeAll(whole);
    files.prepend(whole);
    file_.setValue(QStringLiteral("recentFiles"), files.mid(0, kMostRecent));
}

void Settings::clearRecentFiles() {
    file_.remove(QStringLiteral("recentFiles"));
}

widgets::ThemeChoice Settings::theme() const {
    const QString name = file_.value(QStringLiteral("theme")).toString();
    return name == QLatin1String("light")  ? widgets::ThemeChoice::Light
           : name == QLatin1String("dark") ? widgets::ThemeChoice::Dark
                                           : widgets::ThemeChoice::System;
}

void Settings::setTheme(widgets::ThemeChoice choice) {
    file_.setValue(QStringLiteral("theme"), choice == widgets::ThemeChoice::Light ? QStringLiteral("light")
                                            : choice == widgets::ThemeChoice::Dark
                                                ? QStringLiteral("dark")
                                                : QStringLiteral("system"));
}

QByteArray Settings::geometry() const {
    return file_.value(QStringLiteral("window/geometry")).toByteArray();
}

QByteArray Settings::layout(int version) const {
    return file_.value(QStringLiteral("window/version")).toInt() == version
               ? file_.value(QStringLiteral("window/layout")).toByteArray()
               : QByteArray();
}

void Settings::setWindow(const QByteArray& geometry, const QByteArray& layout, int version) {
    file_.setValue(QStringLiteral("window/geometry"), geometry);
    file_.setValue(QStringLiteral("window/layout"), layout);
    file_.setValue(QStringLiteral("window/version"), version);
}

widgets::RunChoices Settings::runChoices() const {
    const widgets::RunChoices standard;
    widgets::RunChoices choices;
    choices.device =
        file_.value(QStringLiteral("run/device"), QStringLiteral("pynq-z1")).toString().toStdString();
    choices.data = file_.value(QStringLiteral("run/data")).toString().toStdString();
    choices.algorithm =
        file_.value(QStringLiteral("run/algorithm"), QString::fromStdString(standard.algorithm))
            .toString()
            .toStdString();
    choices.seed = file_.value(QStringLiteral("run/seed"), 1).toULongLong();
    choices.threads = file_.value(QStringLiteral("run/threads"), 0).toInt();
    return choices;
}

void Settings::setRunChoices(const widgets::RunChoices& choices) {
    file_.setValue(QStringLiteral("run/device"), QString::fromStdString(choices.device));
    file_.setValue(QStringLiteral("run/data"), QString::fromStdString(choices.data));
    file_.setValue(QStringLiteral("run/algorithm"), QString::fromStdString(choices.algorithm));
    file_.setValue(QStringLiteral("run/seed"), QVariant::fromValue<qulonglong>(choices.seed));
    file_.setValue(QStringLiteral("run/threads"), choices.threads);
}

QString Settings::lastFolder() const {
    return file_.value(QStringLiteral("lastFolder"), QDir::homePath()).toString();
}

void Settings::setLastFolder(const QString& folder) {
    file_.setValue(QStringLiteral("lastFolder"), folder);
}

} // namespace tandem::app
