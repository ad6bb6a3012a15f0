// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace tandem::cli {

/// What every subcommand is given: results go to standard output through it, messages to standard error.
class Output {
  public:
    bool json = false; ///< --json: machine-readable results

    /// The result of the command: as JSON, or as text made by `text`.
    void result(const nlohmann::ordered_json& value, const std::function<std::string()>& text) const;
    /// A progress line or a remark on standard error.
    static void message(const std::string& text);
};

/// Adds subcommands to the program. Each parses into its own options and runs in its callback; a failed check
/// that is not an Error sets `exitCode`.
struct Program {
    CLI::App& app;
    Output& output;
    int& exitCode;
};

void addInspect(Program program);
void addAssemble(Program program);
void addRun(Program program);
void addDevices(Program program);
void addSearch(Program program);
void addFront(Program program);
void addEvaluate(Program program);
void addTrain(Program program);
void addExport(Program program);
void addVerify(Program program);
void addBench(Program program);

/// A subcommand with the options that all share (--json).
CLI::App* addCommand(Program& program, const std::string& name, const std::string& description);

/// Splits "name=value". Throws Error (Input) that shows the form for `option`.
std::pair<std::string, std::string> splitAssignment(const std::string& text, const std::string& option);

/// The program's and the user's devices.
std::vector<hw::Device> knownDevices();

} // namespace tandem::cli
