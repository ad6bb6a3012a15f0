// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl_tools.h"

#include "core/base/error.h"
#include "core/base/process.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

std::string tail(const std::string& text, std::size_t length = 1500) {
    return text.size() <= length ? text : "..." + text.substr(text.size() - length);
}

/// Runs a tool in `folder` and gives what it printed.
std::string runTool(const std::vector<std::string>& arguments, const fs::path& folder, double timeoutSeconds,
                    double& seconds) {
    if (arguments[0].find('/') == std::string::npos && findProgram(arguments[0]).empty()) {
        throw workError("'{}' is not installed or not on PATH", arguments[0]);
    }
    ProcessResult result = runProcess(arguments, folder, timeoutSeconds);
    seconds += result.seconds;
    if (result.timedOut) {
        throw workError("'{}' in '{}' did not end within {} s", arguments[0], folder.string(),
                        timeoutSeconds);
    }
    if (result.exitCode != 0) {
        throw workError("'{}' in '{}' failed with exit code {}: {}", arguments[0], folder.string(),
                        result.exitCode, tail(result.output));
    }
    return std::move(result.output);
}

std::vector<std::string> verilogFiles(const fs::path& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder / "rtl", error)) {
        if (entry.path().extension() == ".v") {
            files.push_back("rtl/" + entry.path().filename().string());
        }
    }
    if (files.empty()) {
        throw inputError("'{}' holds no rtl/*.v", folder.string());
    }
    std::ranges::sort(files);
    return files;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

/// Builds the simulator's program and gives the command that runs it.
std::vector<std::string> buildBench(const fs::path& folder, Simulator tool, double timeoutSeconds,
                                    double& seconds) {
    const std::vector<std::string> rtl = verilogFiles(folder);
    fs::create_directories(folder / "build");
    if (tool == Simulator::Icarus) {
        std::vector<std::string> command{"iverilog",
                                         "-g2005",
                                         "-s",
                                         "tandem_clock",
                                         "-o",
                                         "build/icarus.vvp",
                                         "tb/tandem_clock.v",
                                         "tb/tandem_tb.v",
                                         "tb/tandem_tap.v"};
        append(command, rtl);
        runTool(command, folder, timeoutSeconds, seconds);
        return {"vvp", "-n", "build/icarus.vvp"};
    }
    std::vector<std::string> command{"verilator",
                                     "--cc",
                                     "--exe",
                                     "--build",
                                     "-O3",
                                     "--x-assign",
                                     "fast",
                                     "--x-initial",
                                     "fast",
                                     "--noassert",
                                     "-CFLAGS",
                                     "-O2",
                                     "-Wno-fatal",
                                     "--top-module",
                                     "tandem_tb",
                                     "-Mdir",
                                     "build/verilator",
                                     "tb/tandem_tb.v",
                                     "tb/tandem_tap.v"};
    append(command, rtl);
    command.push_back("../../tb/main.cpp"); // found from the build folder
    runTool(command, folder, timeoutSeconds, seconds);
    return {"./build/verilator/Vtandem_tb"};
}

Simulation parseBench(const std::string& output, const fs::path& folder) {
    Simulation simulation;
    bool finished = false;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string tag, what, word;
        words >> tag >> what;
        if (tag != "tandem:") {
            continue;
        }
        std::int64_t number = 0;
        if (what == "first_output") {
            words >> simulation.firstOutput;
        } else if (what == "frame") {
            words >> number >> word >> number;
            simulation.lastOutput.push_back(number);
        } else if (what == "begin") {
            words >> word >> number;
            if (simulation.lastOutput.empty()) {
                simulation.begins.push_back(number);
            }
        } else if (what == "outputs") {
            words >> simulation.outputs >> word >> simulation.wrong;
            finished = static_cast<bool>(words);
        } else if (what == "mismatch" && simulation.firstMismatch.empty()) {
            simulation.firstMismatch = line;
        } else if (what == "standstill") {
            throw workError("simulated RTL in '{}': {}", folder.string(), line);
        }
    }
    if (!finished) {
        throw workError("simulated RTL in '{}' did not finish: {}", folder.string(), tail(output));
    }
    simulation.exact = simulation.wrong == 0;
    simulation.layers = parseLayerChecksums(output);
    return simulation;
}

/// Cells per type in the last table of a Yosys log ("     DSP48E1        12").
int countCells(const std::string& table, const std::string& type) {
    int count = 0;
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        int number = 0;
        if (words >> name >> number &&
            (type.back() == '*' ? name.starts_with(type.substr(0, type.size() - 1)) : name == type)) {
            count += number;
        }
    }
    return count;
}

} // namespace

Simulation simulateRtl(const fs::path& folder, Simulator tool, const Stalls& stalls, double timeoutSeconds) {
    double seconds = 0;
    std::vector<std::string> command = buildBench(folder, tool, timeoutSeconds, seconds);
    append(command, {fmt::format("+stall_in={}", stalls.input), fmt::format("+stall_out={}", stalls.output),
                     fmt::format("+seed={}", stalls.seed)});
    if (stalls.latency > 0) {
        append(command, {fmt::format("+latency={}", stalls.latency), fmt::format("+gap={}", stalls.gap)});
    }
    Simulation simulation = parseBench(runTool(command, folder, timeoutSeconds, seconds), folder);
    simulation.seconds = seconds;
    return simulation;
}

hw::pipeline::Resources synthesizeRtl(const fs::path& folder, double timeoutSeconds) {
    fs::create_directories(folder / "build");
    double seconds = 0;
    const std::string output = runTool({"yosys", "synth/xc7.ys"}, folder, timeoutSeconds, seconds);
    const std::size_t hierarchy = output.rfind("=== design hierarchy ===");
    const std::size_t statistics = output.rfind("Printing statistics");
    if (statistics == std::string::npos) {
        throw workError("Yosys in '{}' printed no statistics: {}", folder.string(), tail(output));
    }
    const bool split = hierarchy != std::string::npos && hierarchy > statistics;
    const std::string table = output.substr(split ? hierarchy : statistics);
    hw::pipeline::Resources used;
    used.dsp = countCells(table, "DSP48E1");
    used.ramb36 = countCells(table, "RAMB36E1");
    used.ramb18 = countCells(table, "RAMB18E1");
    used.ff = countCells(table, "FD*");
    // LUTs of logic, LUT RAM and shift registers; a 64-deep primitive of three read ports takes four LUTs.
    for (int inputs = 1; inputs <= 6; ++inputs) {
        used.lut += countCells(table, fmt::format("LUT{}", inputs));
    }
    used.lut += countCells(table, "INV") + countCells(table, "SRL16E") + countCells(table, "SRLC32E");
    used.lut += 4 * (countCells(table, "RAM32M") + countCells(table, "RAM64M"));
    return used;
}

} // namespace tandem::codegen
