// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/parameter.h"
#include "core/space/plan.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tandem::space {

/// Where the choices of a plan lie in an encoding; kNone where there is nothing to choose.
struct ParameterPlaces {
    std::vector<int> width;          ///< per group
    std::vector<int> skip;           ///< per skip; choice 0 leaves the run out
    std::vector<int> kernel;         ///< per layer
    std::vector<int> weightBits;     ///< per bundle
    std::vector<int> activationBits; ///< per bundle
};

/// Bits of choice 0 of `weight_bits` and `activation_bits`.
inline constexpr int kFewestBits = 2;
inline constexpr int kMostBits = 8;

/// What a point makes of the plan. Reused from point to point, so that resolving allocates nothing.
struct Resolution {
    struct Tensor {
        int source = 0; ///< the tensor that stands for it: itself, or what a skipped run reads
        int group = 0;
        int choice = 0;   ///< index into the group's counts
        int channels = 1; ///< that stay
        int bits = 8;
        bool isSigned = true;
    };
    struct Layer {
        bool present = true;
        int kernel = 0; ///< index into PlannedLayer::kernels
        int weightBits = 8;
    };
    std::vector<Tensor> tensors;
    std::vector<Layer> layers;
    std::vector<std::uint8_t> skipped; ///< per skip
    /// Per tensor another one of the same format class (see quant::formatClasses) or itself, of the layers
    /// that are present.
    std::vector<int> formatOf;
    std::vector<std::uint8_t> hasFormat; ///< scratch: per tensor whether a writer of its class is known
};

/// Applies an encoding to the plan. Constant time per layer.
void resolve(const Plan& plan, const ParameterPlaces& places, std::span<const std::uint8_t> encoding,
             Resolution& result);

} // namespace tandem::space
