// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/nn/tensor.h"
#include "core/quant/quantize/sensitivity.h"
#include "core/space/decoder.h"

#include <array>
#include <functional>
#include <span>
#include <vector>

namespace tandem::judge {

/// Kinds of change whose noise is weighted on its own.
enum class NoiseKind { Weights, Activations, Width, Kernel, Depth };
inline constexpr std::size_t kNoiseKinds = 5;

/// Noise of one point at the accelerator's output by kind: power relative to the output's own.
using Noise = std::array<double, kNoiseKinds>;

/// How much noise every single choice alone puts on the accelerator's output. The noise of a point is the
/// sum over its choices.
struct NoiseTables {
    std::vector<std::array<float, 9>> weights;     ///< per layer and bits
    std::vector<std::array<float, 9>> activations; ///< per layer and bits
    double input = 0.0;                            ///< of the network's input at 8 bits
    std::vector<std::vector<float>> widths;        ///< per group and choice
    std::vector<std::vector<float>> kernels;       ///< per layer and choice
    std::vector<float> skips;                      ///< per skip
    std::vector<std::vector<int>> writers;         ///< per group: the convolutions that write it

    /// Tables of this plan's sizes, without noise.
    static NoiseTables of(const space::Plan& plan);

    /// Of what is present in a resolution.
    Noise of(const space::Plan& plan, const space::Resolution& resolution) const;
};

/// Measures widths, kernels and skips by running each changed float network on `inputs` - what follows the
/// change, batch after batch until the noise is known well enough - and takes the bits from `sensitivities`.
/// Takes so few inputs that the multiply-accumulates stay within the budget; where one would exceed it,
/// nothing is run and the noise estimated (estimated_noise.h). The same inputs give the same tables, whatever
/// the number of threads.
NoiseTables measureNoise(const space::Decoder& decoder, const quant::Sensitivities& sensitivities,
                         std::span<const nn::Tensor> inputs, double budget, const Workers& workers,
                         const std::function<void(double)>& progress);

} // namespace tandem::judge
