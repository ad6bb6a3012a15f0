// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/session/background.h"

#include "core/base/error.h"

#include <filesystem>
#include <new>

namespace tandem::widgets {

namespace {

QString words(const char* text) {
    return QCoreApplication::translate("Background", text);
}

QString fileSentence(const std::filesystem::filesystem_error& error) {
    const QString reason = QString::fromStdString(error.code().message());
    return error.path1().empty()
               ? words(QT_TRANSLATE_NOOP("Background", "A file or folder cannot be used: %1.")).arg(reason)
               : words(QT_TRANSLATE_NOOP("Background", "'%1' cannot be used: %2."))
                     .arg(QString::fromStdString(error.path1().string()), reason);
}

} // namespace

QString sentenceOf(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Cancelled
                   ? words(QT_TRANSLATE_NOOP("Background", "It was cancelled."))
                   : QString::fromUtf8(error.what());
    } catch (const std::bad_alloc&) {
        return words(QT_TRANSLATE_NOOP("Background", "There is not enough memory for this."));
    } catch (const std::filesystem::filesystem_error& error) {
        return fileSentence(error);
    } catch (const std::exception& error) {
        return words(QT_TRANSLATE_NOOP("Background", "This failed in a way that was not foreseen: %1."))
            .arg(QString::fromUtf8(error.what()));
    } catch (...) {
        return words(QT_TRANSLATE_NOOP("Background", "This failed in a way that was not foreseen."));
    }
}

} // namespace tandem::widgets
