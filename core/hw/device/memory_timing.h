// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tandem::hw {

/// How external memory answers on one port: the first beat `latency` cycles after a request was accepted,
/// then one every `gap`; requests are served in order.
struct MemoryTiming {
    int latency = 32; ///< at least 1
    int gap = 1;      ///< at least 1
    bool operator==(const MemoryTiming&) const = default;
};

} // namespace tandem::hw
