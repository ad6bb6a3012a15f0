// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/place_and_route.h"

#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/verify/tool_run.h"

#include <sstream>

namespace tandem::codegen {

namespace {

/// What follows `key` in the last line that holds it; empty where none does.
std::string afterLast(const std::string& log, std::string_view key) {
    const std::size_t found = log.rfind(key);
    if (found == std::string::npos) {
        return {};
    }
    const std::size_t start = found + key.size();
    return log.substr(start, log.find('\n', start) - start);
}

} // namespace

PlacedDesign placedDesignOf(const std::string& log) {
    PlacedDesign placed;
    char slash = 0;
    std::istringstream cells(afterLast(log, "ICESTORM_LC:"));
    if (!(cells >> placed.logicCells >> slash >> placed.available)) {
        throw workError("nextpnr-ice40 did not come as far as packing: {}", tail(log));
    }
    placed.problem = afterLast(log, "ERROR: ");
    placed.fits = placed.problem.empty();
    double mhz = 0;
    const std::string frequency = afterLast(log, "Max frequency for clock ");
    const std::size_t colon = frequency.rfind("': ");
    if (placed.fits && colon != std::string::npos && std::istringstream(frequency.substr(colon + 3)) >> mhz) {
        placed.mhz = mhz;
    }
    return placed;
}

PlacedDesign placeAndRoute(const std::filesystem::path& folder, const Ice40Part& part, double clockMhz,
                           const ProcessLimits& limits) {
    const std::vector<std::string> command = nextpnrCommand(part, clockMhz);
    if (findProgram(command[0]).empty()) {
        throw workError("'{}' is not installed or not on PATH", command[0]);
    }
    const ProcessResult result = runProcess(command, folder, limits);
    if (result.wasCancelled) {
        throw cancelled();
    }
    if (result.timedOut) {
        throw workError("'{}' in '{}' did not end within {} s", command[0], folder.string(), limits.seconds);
    }
    PlacedDesign placed = placedDesignOf(result.output);
    if (placed.fits && result.exitCode != 0) {
        throw workError("'{}' in '{}' failed with exit code {}: {}", command[0], folder.string(),
                        result.exitCode, tail(result.output));
    }
    return placed;
}

} // namespace tandem::codegen
