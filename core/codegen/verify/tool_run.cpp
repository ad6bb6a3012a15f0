// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/tool_run.h"

#include "core/base/error.h"

namespace tandem::codegen {

std::string tail(const std::string& text, std::size_t length) {
    return text.size() <= length ? text : "..." + text.substr(text.size() - length);
}

std::optional<std::string> runToolInTime(const std::vector<std::string>& arguments,
                                         const std::filesystem::path& folder, const ProcessLimits& limits,
                                         double& seconds) {
    if (arguments[0].find('/') == std::string::npos && findProgram(arguments[0]).empty()) {
        throw workError("'{}' is not installed or not on PATH", arguments[0]);
    }
    ProcessResult result = runProcess(arguments, folder, limits);
    seconds += result.seconds;
    if (result.wasCancelled) {
        throw cancelled();
    }
    if (result.timedOut) {
        return std::nullopt;
    }
    if (result.exitCode != 0) {
        throw workError("'{}' in '{}' failed with exit code {}: {}", arguments[0], folder.string(),
                        result.exitCode, tail(result.output));
    }
    return std::move(result.output);
}

std::string runTool(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                    const ProcessLimits& limits, double& seconds) {
    std::optional<std::string> output = runToolInTime(arguments, folder, limits, seconds);
    if (!output) {
        throw workError("'{}' in '{}' did not end within {} s", arguments[0], folder.string(),
                        limits.seconds);
    }
    return std::move(*output);
}

} // namespace tandem::codegen
