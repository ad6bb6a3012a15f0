// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/process.h"
#include "core/codegen/layer_checksums.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tandem::codegen {

enum class Simulator { Verilator, Icarus };

/// How often the test bench keeps its ports idle, in percent of the cycles, at random.
struct Stalls {
    int input = 0, output = 0;
    int seed = 1;
    int latency = 0, gap = 0; ///< of a folded accelerator's memory; 0: as the bench was written
};

/// What the simulated RTL did with the golden vectors. Every figure is measured.
struct Simulation {
    bool exact = false;                   ///< every output beat and every end-of-frame mark as expected
    std::int64_t outputs = 0;             ///< beats compared
    std::int64_t wrong = 0;               ///< of them, beats that differ
    std::int64_t firstOutput = 0;         ///< cycle of the first output beat; 0: first cycle out of reset
    std::vector<std::int64_t> lastOutput; ///< per frame: cycle of its last beat
    std::vector<std::int64_t> begins;  ///< folded: cycle in which each instruction of the first frame began
    std::string firstMismatch;         ///< the bench's line about it; empty where there is none
    std::vector<LayerChecksum> layers; ///< of every layer that the bench taps
    double seconds = 0;                ///< wall time of the run

    /// Cycles between the last two frames; 0 with a single frame.
    std::int64_t interval() const {
        const std::size_t n = lastOutput.size();
        return n < 2 ? 0 : lastOutput[n - 1] - lastOutput[n - 2];
    }
};

/// The test bench of a folder that writeRtl wrote, built for a simulator; it can run any number of times.
class BuiltBench {
  public:
    /// Throws Error (Work) naming the tool when it is missing or fails, Error (Cancelled) where it was asked
    /// to stop.
    BuiltBench(std::filesystem::path folder, Simulator tool, const ProcessLimits& limits = {.seconds = 1800});

    /// Throws as the constructor, and Error (Work) when the accelerator comes to a standstill or does not end
    /// in time.
    Simulation run(const Stalls& stalls = {}, const ProcessLimits& limits = {.seconds = 1800}) const;

    /// As run(), but nothing where the simulator does not end in time.
    std::optional<Simulation> runInTime(const Stalls& stalls, const ProcessLimits& limits) const;

    /// About how many seconds a run of so many cycles takes, from the pace of its first ones; nothing where
    /// it is more than the limit. Of an interpreting simulator (Icarus) only.
    std::optional<double> estimate(std::int64_t cycles, const ProcessLimits& limits) const;

  private:
    std::filesystem::path folder_;
    std::vector<std::string> command_;
};

/// Builds the test bench and runs it once.
Simulation simulateRtl(const std::filesystem::path& folder, Simulator tool, const Stalls& stalls = {},
                       const ProcessLimits& limits = {.seconds = 1800});

} // namespace tandem::codegen
