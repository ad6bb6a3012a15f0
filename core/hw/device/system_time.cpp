// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/system_time.h"

#include <algorithm>

namespace tandem::hw {

SystemTime systemTime(const AcceleratorRun& run, double clockMhz, double hostMs, const Device& device) {
    const auto cyclesMs = [&](std::int64_t cycles) { return static_cast<double>(cycles) / (clockMhz * 1e3); };
    const auto moveMs = [&](double bytes) {
        return device.dramGBperS > 0.0 ? bytes / (device.dramGBperS * 1e6) : 0.0;
    };
    SystemTime time;
    time.startUpMs = device.startUpUs * 1e-3;
    time.hostMs = hostMs;
    time.acceleratorMs = cyclesMs(run.latencyCycles - run.transferCycles);
    time.transferMs = cyclesMs(run.transferCycles) +
                      std::max(0.0, moveMs(run.inputBytes) - cyclesMs(run.inputCycles)) +
                      std::max(0.0, moveMs(run.outputBytes) - cyclesMs(run.outputCycles));
    time.allTransferMs = moveMs(run.inputBytes + run.outputBytes);
    time.frameMs = std::max({cyclesMs(run.intervalCycles), time.hostMs + time.startUpMs,
                             moveMs(run.inputBytes + run.outputBytes + run.streamedBytes)});
    return time;
}

} // namespace tandem::hw
