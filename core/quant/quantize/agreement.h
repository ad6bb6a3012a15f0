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

/// The values that networks are compared by, one after the other: what leaves the accelerator, before host
/// operators such as Softmax. Where there is a host tail, what the network's outputs are made of, before a
/// Softmax and before they become integers: values of no tensor.
std::vector<TensorContent> judgedContent(const nn::Graph& prepared, const Lowering& lowering);

/// Limits elements of such a value to what its tensor can hold.
void clampJudged(const Lowering& lowering, const TensorContent& part, std::span<float> elements);

/// These values, given for `count` inputs as one batch, as one output per input.
Outputs judgedOutputs(const Lowering& lowering, std::span<const TensorContent> judged,
                      std::span<const nn::Tensor> values, std::size_t count);

/// What the float network has there (judgedContent), for every input.
Outputs referenceOutputs(const nn::Graph& prepared, const Lowering& lowering,
                         std::span<const nn::Tensor> inputs, const Workers& workers = {});

/// The same of the integer network, as real numbers: with what a host tail makes of them.
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
