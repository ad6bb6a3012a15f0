// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace tandem {

/// Who can mend the failure: the person who gave the input, or nobody but the machine (work that failed).
enum class ErrorKind {
    Input,     ///< a file, an argument or a value was wrong; the command line exits with 2
    Work,      ///< the input was fine but the work failed; the command line exits with 1
    Cancelled, ///< nothing failed: a person asked it to stop
};

/// The one exception type of core. Its message is one clear sentence that names the file, node or parameter,
/// what was found and what would be accepted. The edges (command line, window) show it as it is.
class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

    ErrorKind kind() const noexcept { return kind_; }

    /// The same error with `context` put in front ("model.onnx: ...").
    Error within(const std::string& context) const { return {kind_, context + ": " + what()}; }

  private:
    ErrorKind kind_;
};

/// An Error of kind Input with a formatted message.
template <typename... Args>
Error inputError(fmt::format_string<Args...> text, Args&&... args) {
    return {ErrorKind::Input, fmt::format(text, std::forward<Args>(args)...)};
}

/// An Error of kind Work with a formatted message.
template <typename... Args>
Error workError(fmt::format_string<Args...> text, Args&&... args) {
    return {ErrorKind::Work, fmt::format(text, std::forward<Args>(args)...)};
}

/// The Error of kind Cancelled that ends work which was asked to stop.
inline Error cancelled() {
    return {ErrorKind::Cancelled, "cancelled"};
}

} // namespace tandem
