// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace tandem::train {

/// Allocations at least as large as any array that a step works on; oneDNN and oneTBB make small ones.
inline constexpr std::size_t kLargeAllocation = 2048;

/// How many so large this test program has made so far.
int largeAllocations();

} // namespace tandem::train
