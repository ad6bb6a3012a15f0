// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"
#include "core/quant/quantize/formats.h"

#include <array>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace tandem::quant {

/// Relative noise power (1 / SNR) at the accelerator's output by number of bits, 2 to 8; index 0 and 1
/// unused.
using NoiseByBits = std::array<double, 9>;

/// How much noise quantizing one thing alone puts on the accelerator's output. Contributions of different
/// things add up, which is what makes a prediction for any mix of widths cheap.
struct Sensitivities {
    NoiseByBits input{};                  ///< the network's input
    std::vector<NoiseByBits> weights;     ///< of every layer; 0 where it has none
    std::vector<NoiseByBits> activations; ///< what every layer writes; 0 for maximum pools
    /// How an error in what every layer writes shows at the output, both relative to the power there; of
    /// layers where it was not measured, between those of the layers around them.
    std::vector<double> gains;
};

struct SensitivityOptions {
    RangeOptions range;
    /// Bit-widths that are measured by running the rest of the network; the others follow from the nearest
    /// measured one and the error that they make on the spot.
    std::vector<int> measuredBits = {2, 3, 4, 6};
    /// Fewer inputs and measured widths are used where the multiply-accumulates would exceed this.
    double budget = 1.5e11;
    /// Where one input and one width would exceed this, too, only some layers' gains are measured, and the
    /// noise of all is their gain times the error of rounding, as far as samples of the maps and weights say.
    double limit = 3e11;
    Workers workers = {};
};

/// Measures them on the given inputs, batch after batch: of the network only what follows the changed place
/// is run, and a place is done once the 90 % interval of its noise is small enough. The same inputs give the
/// same figures, whatever the number of threads. `progress` (may be empty) is told the share done.
Sensitivities sensitivities(const nn::Graph& prepared, const Lowering& lowering,
                            const Calibration& calibration, std::span<const nn::Tensor> inputs,
                            const SensitivityOptions& options = {},
                            const std::function<void(double)>& progress = {});

} // namespace tandem::quant
