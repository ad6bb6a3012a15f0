// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/cli_runner.h"

#include "core/base/process.h"

#include <unistd.h>

#include <atomic>

namespace tandem::test {

nlohmann::json CliResult::json() const {
    // A JSON result starts at a line that holds just its opening bracket, or is empty brackets.
    for (std::size_t at = 0; at != std::string::npos && at < output.size();) {
        if (output[at] == '{' || output[at] == '[') {
            const auto parsed = nlohmann::json::parse(output.begin() + static_cast<std::ptrdiff_t>(at),
                                                      output.end(), nullptr, false);
            if (!parsed.is_discarded()) {
                return parsed;
            }
        }
        at = output.find('\n', at);
        at = at == std::string::npos ? at : at + 1;
    }
    return nlohmann::json::value_t::discarded;
}

CliResult runCli(std::vector<std::string> arguments, const std::filesystem::path& directory) {
    arguments.insert(arguments.begin(), TANDEM_CLI);
    const ProcessResult result = runProcess(arguments, directory, 600.0);
    return {result.exitCode, result.output};
}

CliResult runCliAndInterrupt(const std::string& seconds, std::vector<std::string> arguments) {
    const std::vector<std::string> interrupter{"timeout", "--preserve-status", "--signal=INT", seconds,
                                               TANDEM_CLI};
    arguments.insert(arguments.begin(), interrupter.begin(), interrupter.end());
    const ProcessResult result = runProcess(arguments, ".", 600.0);
    return {result.exitCode, result.output};
}

ScratchFolder::ScratchFolder() {
    static std::atomic<int> count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("tandem-test-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(path_);
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

} // namespace tandem::test
