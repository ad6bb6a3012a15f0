// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/application.h"
#include "app/desktop/command_line.h"
#include "app/desktop/main_window.h"
#include "app/desktop/wiring.h"
#include "core/base/error.h"
#include "core/hw/device/device.h"

#include <QFileInfo>
#include <QIcon>
#include <QTimer>
#include <QTranslator>

#include <cstdio>

namespace tandem::app {

namespace {

void openWhatWasAsked(MainWindow& window, const CommandLine& line) {
    if (!line.device.isEmpty()) {
        window.setDevice(line.device.toStdString());
    }
    if (line.start) {
        window.startWhenOpen();
    }
    if (!line.study.isEmpty() && (line.file.isEmpty() || QFileInfo::exists(line.study))) {
        window.openFile(line.study);
        return;
    }
    if (!line.study.isEmpty()) {
        window.setNextStudy(QFileInfo(line.study).absoluteFilePath().toStdString());
    }
    if (!line.file.isEmpty()) {
        window.openFile(line.file);
    }
}

void takeScreenshot(MainWindow& window, const QString& file) {
    if (const widgets::SnapshotPtr snapshot = window.controller().snapshot();
        snapshot && !snapshot->front.empty()) {
        window.model().select(snapshot->front[snapshot->front.size() / 10]);
    }
    QTimer::singleShot(300, &window, [&window, file] {
        const bool written = window.grab().save(file);
        if (!written) {
            fmt::print(stderr, "tandem: the picture '{}' could not be written\n", file.toStdString());
        }
        window.close();
        QApplication::exit(written ? 0 : 1);
    });
}

int run(QApplication& application) {
    const CommandLine line = readCommandLine(QApplication::arguments());
    Settings settings;
    widgets::Theme theme;
    theme.apply(line.theme.value_or(settings.theme()));
    Wiring wiring = realWiring();
    if (!line.device.isEmpty()) {
        hw::findDevice(wiring.devices, line.device.toStdString()); // says which there are
    }
    MainWindow window(std::move(wiring), settings, theme);
    window.show();
    openWhatWasAsked(window, line);
    if (!line.screenshot.isEmpty()) {
        QTimer::singleShot(static_cast<int>(line.after * 1000), &window,
                           [&window, &line] { takeScreenshot(window, line.screenshot); });
    } else if (line.exitAfterStartup) {
        QTimer::singleShot(0, &window, &QWidget::close);
    }
    return application.exec();
}

} // namespace

} // namespace tandem::app

int main(int argc, char** argv) {
    tandem::app::Application application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("tandem"));
    QApplication::setApplicationDisplayName(QStringLiteral("Tandem"));
    QApplication::setApplicationVersion(QStringLiteral(TANDEM_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("tandem"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/tandem.svg")));
    QTranslator translator;
    if (translator.load(QLocale(), QStringLiteral("tandem"), QStringLiteral("_"), QStringLiteral(":/i18n"))) {
        QApplication::installTranslator(&translator);
    }
    try {
        return tandem::app::run(application);
    } catch (const tandem::Error& error) {
        fmt::print(stderr, "tandem: {}\n", error.what());
        return error.kind() == tandem::ErrorKind::Input ? 2 : 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "tandem: {}\n", error.what());
        return 1;
    }
}
