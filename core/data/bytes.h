// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace tandem::data {

/// The whole file. Throws Error (Input) naming it when it cannot be read.
std::vector<std::uint8_t> readFile(const std::filesystem::path& path);

/// The whole file, uncompressed when it is a gzip file (RFC 1952). Throws Error (Input) naming it when it
/// cannot be read, is damaged or cut short.
std::vector<std::uint8_t> readMaybeGzip(const std::filesystem::path& path);

/// An IEEE 754 binary16 number.
float halfToFloat(std::uint16_t bits);

} // namespace tandem::data
