// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// What the paths with vector instructions share: sums of 16 channels, and what becomes of them. Included once
// in the namespace of every such path, behind its instructions.

constexpr int kVectors = 4 / kLanes; // that hold 16 sums

struct Sums {
    Vector part[kVectors];
};

inline Sums loadSums(const std::int32_t* from) {
    Sums sums;
    for (int i = 0; i < kVectors; ++i) {
        sums.part[i] = loadVector(from + i * 4 * kLanes);
    }
    return sums;
}

inline void storeSums(const Sums& sums, std::int32_t* to) {
    for (int i = 0; i < kVectors; ++i) {
        storeVector(sums.part[i], to + i * 4 * kLanes);
    }
}

using Parameters = ParametersOf<16>;

inline Sums requantize(const Sums& sums, const Parameters& by) {
    Sums result;
    for (int i = 0; i < kVectors; ++i) {
        result.part[i] = requantized(sums.part[i], by, i * 4 * kLanes);
    }
    return result;
}

template <int kCount>
inline Vector clamped(Vector bytes, const ParametersOf<kCount>& by) {
    return smallerBytes(largerBytes(bytes, splatByte(by.low)), splatByte(by.high));
}
