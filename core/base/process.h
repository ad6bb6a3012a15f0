// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem {

/// What an outside program did.
struct ProcessResult {
    int exitCode = 0;     ///< its exit code, or 128 + signal
    std::string output;   ///< standard output and standard error, as they came; of a long one the end
    double seconds = 0.0; ///< wall time
    bool timedOut = false;
    bool wasCancelled = false;
};

/// How long and how much a program may run and write.
struct ProcessLimits {
    double seconds = 60.0;
    std::size_t outputBytes = std::size_t{64} << 20U; ///< of which at least the last half is kept
    std::stop_token cancel = {};
};

/// Where `program` stands on PATH, or an empty path.
std::filesystem::path findProgram(const std::string& program);

/// Runs `arguments[0]` with the rest as arguments in `directory`, without a shell, and waits for it. Its
/// whole process group is killed when its time is up or it is cancelled, which takes a moment and no more.
/// Throws Error (Work) naming the program when it cannot be started.
ProcessResult runProcess(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                         const ProcessLimits& limits);
/// The same with a time limit alone.
ProcessResult runProcess(const std::vector<std::string>& arguments, const std::filesystem::path& directory,
                         double timeoutSeconds);

} // namespace tandem
