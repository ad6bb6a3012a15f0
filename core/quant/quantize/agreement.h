// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/quant/lowering/lowering.h"

#include <span>
#include <vector>

namespace tandem::quant {

/// One output (all elements) per input.
using Outputs = std::vector<std::vector<float>>;

/// What the float network has where the accelerator's output stands (before host operators such as Softmax),
/// for every input.
Outputs referenceOutputs(const nn::Graph& prepared, const Lowering& lowering,
                         std::span<const nn::Tensor> inputs, const Workers& workers = {});

/// The same of the integer network, as real numbers.
Outputs integerOutputs(const IntegerNetwork& network, std::span<const nn::Tensor> inputs,
                       const Workers& workers = {});

/// Index of the largest element, the first of equals.
std::size_t topIndex(std::span<const float> output);

/// How far outputs are from the reference's.
struct Agreement {
    double topOne = 0.0;          ///< share of inputs with the same largest element, 0 to 1
    double relativeNoise = 0.0;   ///< power of the difference over the power of the reference: 1 / SNR
    double signalToNoise() const; ///< in dB; infinite where there is no difference
};

/// Throws Error (Work) where the outputs do not have the reference's sizes.
Agreement measureAgreement(const Outputs& reference, const Outputs& outputs);

/// Predicts top-1 agreement from noise: how often independent normal noise of a given power on every output
/// element turns over the order of the largest element and those behind it, from the gaps in the reference
/// outputs.
class AgreementModel {
  public:
    AgreementModel() = default;
    explicit AgreementModel(const Outputs& reference);

    /// Expected share of inputs (0 to 1) that keep their top element under this relative noise power; falls
    /// steadily with it. Interpolates a table: some nanoseconds.
    double predict(double relativeNoise) const;

  private:
    std::vector<double> table_; ///< over the logarithm of the noise
};

} // namespace tandem::quant
