// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>

namespace tandem::cli {

/// Accepts the digits of a whole number from `low` to `high`, as they stand: no sign, no fraction, nothing
/// that a variable would wrap or cut off. Refuses other texts in one sentence that has the text and the
/// range.
CLI::Validator wholeNumber(std::uint64_t low = 0,
                           std::uint64_t high = std::numeric_limits<std::uint64_t>::max());

/// Accepts a finite decimal number from `low` to `high`.
CLI::Validator number(double low, double high = std::numeric_limits<double>::infinity());

/// Accepts a finite decimal number above 0.
CLI::Validator positiveNumber();

} // namespace tandem::cli
