// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/rtl_tools.h"

#include "core/base/error.h"
#include "core/codegen/package/tool_flags.h"
#include "core/codegen/verify/tool_run.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

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
std::vector<std::string> buildBench(const fs::path& folder, Simulator tool, const ProcessLimits& limits) {
    double seconds = 0;
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
        runTool(command, folder, limits, seconds);
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
                                     "-MAKEFLAGS",
                                     kVerilatorMakeFlags,
                                     "-j",
                                     "0",
                                     "-Wno-fatal",
                                     "--top-module",
                                     "tandem_tb",
                                     "-Mdir",
                                     "build/verilator",
                                     "tb/tandem_tb.v",
                                     "tb/tandem_tap.v"};
    append(command, rtl);
    command.push_back("../../tb/main.cpp"); // found from the build folder
    runTool(command, folder, limits, seconds);
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

} // namespace

BuiltBench::BuiltBench(fs::path folder, Simulator tool, const ProcessLimits& limits)
    : folder_(std::move(folder)), command_(buildBench(folder_, tool, limits)) {}

std::optional<double> BuiltBench::estimate(std::int64_t cycles, const ProcessLimits& limits) const {
    constexpr double kEnough = 1.0; // seconds that say something about the pace
    const auto secondsOf = [&](std::int64_t most) -> std::optional<double> {
        std::vector<std::string> command = command_;
        command.push_back(fmt::format("+cycles={}", most));
        double seconds = 0;
        return runToolInTime(command, folder_, limits, seconds) ? std::optional(seconds) : std::nullopt;
    };
    const std::optional<double> start = secondsOf(1);
    double work = 0;
    std::int64_t simulated = 1;
    while (start && work < kEnough && simulated < cycles) {
        simulated = std::min(cycles, 8 * simulated);
        const std::optional<double> seconds = secondsOf(simulated);
        if (!seconds) {
            return std::nullopt;
        }
        work = *seconds - *start;
    }
    const double share = static_cast<double>(cycles) / static_cast<double>(simulated);
    const bool fits = start && *start + work * share <= limits.seconds;
    return fits ? std::optional(*start + work * share) : std::nullopt;
}

std::optional<Simulation> BuiltBench::runInTime(const Stalls& stalls, const ProcessLimits& limits) const {
    std::vector<std::string> command = command_;
    append(command, {fmt::format("+stall_in={}", stalls.input), fmt::format("+stall_out={}", stalls.output),
                     fmt::format("+seed={}", stalls.seed)});
    if (stalls.latency > 0) {
        append(command, {fmt::format("+latency={}", stalls.latency), fmt::format("+gap={}", stalls.gap)});
    }
    double seconds = 0;
    const std::optional<std::string> output = runToolInTime(command, folder_, limits, seconds);
    if (!output) {
        return std::nullopt;
    }
    Simulation simulation = parseBench(*output, folder_);
    simulation.seconds = seconds;
    return simulation;
}

Simulation BuiltBench::run(const Stalls& stalls, const ProcessLimits& limits) const {
    std::optional<Simulation> simulation = runInTime(stalls, limits);
    if (!simulation) {
        throw workError("the simulation of '{}' did not end within {} s", folder_.string(), limits.seconds);
    }
    return std::move(*simulation);
}

Simulation simulateRtl(const fs::path& folder, Simulator tool, const Stalls& stalls,
                       const ProcessLimits& limits) {
    return BuiltBench(folder, tool, limits).run(stalls, limits);
}

} // namespace tandem::codegen
