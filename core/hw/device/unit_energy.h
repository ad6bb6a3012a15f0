// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tandem::hw {

// Picojoules in 45 nm, from Horowitz, "Computing's energy problem", ISSCC 2014.
inline constexpr double kMultiplyPerSquareBit = 3.1e-3; ///< int8: 0.2, int32: 3.1
inline constexpr double kAddPerBit = 0.1 / 32;          ///< int32: 0.1
inline constexpr double kDramPerBit = 640.0 / 32;

/// One access to an on-chip memory of `bits` bits, per bit read or written; published for 64 bits of 8 KB,
/// 32 KB and 1 MB, between them by the logarithm of the size, the ends beyond.
double accessPerBit(double bits);

} // namespace tandem::hw
