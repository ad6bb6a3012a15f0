// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// What the processor can do at most: dot products in registers alone. Included once in the namespace of every
// path with vector instructions, behind its dot products.

inline double dotProducts(int repetitions) {
    constexpr int kChains = kLanes == 4 ? 16 : 12 / kVectors;
    Vector activations = splatByte(1);
    Weights weights;
    Sums sums[kChains];
    for (int v = 0; v < kVectors; ++v) {
        weights.part[v] = splatByte(1);
    }
    for (int i = 0; i < kChains; ++i) {
        sums[i] = Sums{};
    }
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        asm volatile("" : "+v"(activations)); // or the products would leave the loop
#pragma GCC unroll 16
        for (int i = 0; i < kChains; ++i) {
            sums[i] = dot(sums[i], activations, weights);
        }
    }
    alignas(64) std::int32_t numbers[16];
    volatile std::int32_t used = 0;
    for (int i = 0; i < kChains; ++i) {
        storeSums(sums[i], numbers);
        used = used + numbers[0];
    }
    return 2.0 * repetitions * kChains * 16 * kInputsPerDot;
}
