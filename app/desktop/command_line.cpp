// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/command_line.h"

#include "core/base/error.h"

#include <QCommandLineParser>
#include <QCoreApplication>

namespace tandem::app {

namespace {

QString words(const char* text) {
    return QCoreApplication::translate("CommandLine", text);
}

widgets::ThemeChoice themeByName(const QString& name) {
    if (name == QLatin1String("light")) {
        return widgets::ThemeChoice::Light;
    }
    if (name == QLatin1String("dark")) {
        return widgets::ThemeChoice::Dark;
    }
    if (name == QLatin1String("system")) {
        return widgets::ThemeChoice::System;
    }
    throw inputError("--theme was given '{}'; it takes system, light or dark", name.toStdString());
}

} // namespace

CommandLine readCommandLine(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        words("Searches a neural network and the FPGA accelerator that runs it as one design."));
    parser.addPositionalArgument(QStringLiteral("FILE"), words("An ONNX model or a study (.tandem)"),
                                 QStringLiteral("[FILE]"));
    const QCommandLineOption help = parser.addHelpOption(), version = parser.addVersionOption();
    const QCommandLineOption device(QStringLiteral("device"), words("What the accelerator must fit"),
                                    QStringLiteral("NAME"));
    const QCommandLineOption study(QStringLiteral("study"),
                                   words("Where the study is kept; one that exists is opened"),
                                   QStringLiteral("F"));
    const QCommandLineOption start(QStringLiteral("start"), words("Start the search at once"));
    const QCommandLineOption theme(QStringLiteral("theme"), words("system, light or dark, this time"),
                                   QStringLiteral("NAME"));
    const QCommandLineOption leave(QStringLiteral("exit-after-startup"), words("Show the window and leave"));
    const QCommandLineOption screenshot(
        QStringLiteral("screenshot"),
        words("Write a picture of the window, a front point selected, and leave"), QStringLiteral("PNG"));
    const QCommandLineOption after(QStringLiteral("after"), words("Seconds until the screenshot (5)"),
                                   QStringLiteral("SECONDS"));
    parser.addOptions({device, study, start, theme, leave, screenshot, after});
    if (!parser.parse(arguments)) {
        throw inputError("{}", parser.errorText().toStdString());
    }
    if (parser.isSet(help)) {
        parser.showHelp();
    }
    if (parser.isSet(version)) {
        parser.showVersion();
    }
    const QStringList files = parser.positionalArguments();
    if (files.size() > 1) {
        throw inputError("one file at most can be opened, and {} were given", files.size());
    }
    CommandLine line;
    line.file = files.value(0);
    line.device = parser.value(device);
    line.study = parser.value(study);
    line.screenshot = parser.value(screenshot);
    line.start = parser.isSet(start);
    line.exitAfterStartup = parser.isSet(leave);
    if (parser.isSet(theme)) {
        line.theme = themeByName(parser.value(theme));
    }
    if (parser.isSet(after)) {
        bool number = false;
        line.after = parser.value(after).toDouble(&number);
        if (!number || line.after < 0) {
            throw inputError("--after was given '{}'; it takes a number of seconds",
                             parser.value(after).toStdString());
        }
    }
    return line;
}

} // namespace tandem::app
