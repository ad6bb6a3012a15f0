// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace tandem {

/// Smallest number of bits that counts `values` different values.
inline int log2Ceil(std::int64_t values) {
    return values <= 1 ? 0 : std::bit_width(static_cast<std::uint64_t>(values - 1));
}

/// value / by, rounded up; both positive.
inline std::int64_t dividedUp(std::int64_t value, std::int64_t by) {
    return (value + by - 1) / by;
}

} // namespace tandem
