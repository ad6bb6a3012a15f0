// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace tandem::test {

struct CliResult {
    int exitCode = 0;
    std::string output; ///< standard output and standard error

    /// The JSON document on the output (messages before it are skipped).
    nlohmann::json json() const;
};

/// Runs tandem-cli with these arguments in `directory`.
CliResult runCli(std::vector<std::string> arguments, const std::filesystem::path& directory = ".");

/// The same, interrupted (SIGINT) after so many seconds.
CliResult runCliAndInterrupt(const std::string& seconds, std::vector<std::string> arguments);

/// A fresh folder that is removed with the object.
class ScratchFolder {
  public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

} // namespace tandem::test
