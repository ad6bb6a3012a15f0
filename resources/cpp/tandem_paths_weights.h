// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// The weights of 16 channels for one dot product, a vector as it stands. Included where Weight is known.

struct Weights {
    Vector part[kVectors];
};

inline Weights loadWeights(const Weight* from) {
    constexpr int kInVector = 16 * kLanes / static_cast<int>(sizeof(Weight));
    Weights weights;
    for (int i = 0; i < kVectors; ++i) {
        weights.part[i] = loadVector(from + i * kInVector);
    }
    return weights;
}
