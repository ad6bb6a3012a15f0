// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tandem {

/// What an outside program did.
struct ProcessResult {
    int exitCode = 0;     ///< its exit code, or 128 + signal
    std::string output;   ///< standard output and standard error, as they came
    double seconds = 0.0; ///< wall time
    bool timedOut = false;
};

/// Where `program` stands on PATH, or an empty path.
std::filesystem::path findProgram(const std::string& program);

/// Runs `arguments[0]` with the rest as arguments in `directory`, without a shell, and waits for it. The
/// whole process group is killed after `timeoutSeconds`. Throws Error (Work) naming the program when it
/// cannot be started.
ProcessResult runProcess(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                         double timeoutSeconds);

} // namespace tandem
