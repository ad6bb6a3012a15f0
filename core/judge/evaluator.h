// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/data/split.h"
#include "core/nn/tensor.h"
#include "core/point/metric.h"
#include "core/point/parameter.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/space/joint_space.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace tandem::judge {

/// The inputs that the accuracy side of points is judged on. Every tensor is one input of the network in its
/// own shape (batch 1), as the imported float network takes it.
struct JudgingInputs {
    std::vector<nn::Tensor> calibration; ///< ranges and sensitivities are measured on these; never empty
    std::vector<nn::Tensor> validation;  ///< agreement and accuracy are measured on these; empty: calibration
    std::vector<int> labels;             ///< right class of each validation input; empty: no data set, only
                                         ///< agreement can be said
};

/// Synthetic calibration inputs (see syntheticInputs) for a network that comes without data; no labels.
JudgingInputs inputsWithoutData(const nn::Graph& prepared, int count, std::uint64_t seed,
                                const Workers& workers = {});

/// Calibration inputs from the training part of a split data set and labelled validation inputs from its
/// validation part; its test part is not touched. Throws Error (Input) when samples do not fit the network's
/// input, or the set has no labels.
JudgingInputs inputsFrom(const data::Dataset& dataset, const nn::Graph& prepared, const data::Split& split,
                         int calibrationCount, int validationCount);

/// Told what is going on and how much of it is done (0 to 1).
using Progress = std::function<void(std::string_view what, double done)>;

/// Says everything about a point of one joint space. Construction measures (some seconds, on all threads);
/// afterwards it is immutable, and every function may be called from any thread at the same time. The same
/// space, inputs and seed give the same answers, whatever the number of threads.
class Evaluator {
  public:
    /// `jointSpace` must outlive the evaluator. Throws Error (Input) when an input has the wrong shape or a
    /// label does not fit, Error (Work) when the network cannot be executed, Error (Cancelled) where it was
    /// asked to stop.
    Evaluator(const space::JointSpace& jointSpace, JudgingInputs inputs, std::uint64_t seed,
              const Workers& workers = {}, const Progress& progress = {});
    ~Evaluator();
    Evaluator(Evaluator&&) noexcept;
    Evaluator& operator=(Evaluator&&) noexcept;

    const space::JointSpace& jointSpace() const;
    const JudgingInputs& inputs() const;
    /// Accuracy where there are labels, else Agreement.
    point::Metric accuracyMetric() const;

    /// Everything at search speed: the modelled cost (see cost/cost.h) with agreement (and accuracy, where
    /// there are labels) Predicted. Microseconds; allocates nothing that grows with use.
    point::Metrics evaluate(const point::Encoding& encoding) const;

    /// Agreement (and accuracy, where there are labels) of an integer network on the validation inputs,
    /// Measured. Seconds; Error (Cancelled) where it was asked to stop.
    point::Metrics measured(const quant::IntegerNetwork& network, const std::stop_token& cancel = {}) const;

    /// The imported float network's own accuracy on the validation inputs; NaN without labels.
    double importedAccuracy() const;

    /// The changed network of the point, quantized on the calibration inputs: what is exported.
    quant::IntegerNetwork integerNetwork(const point::Encoding& encoding,
                                         const std::stop_token& cancel = {}) const;
    /// The accelerator for exactly that network: its workload, with the actual accumulator widths.
    space::Design exactDesign(const point::Encoding& encoding, const quant::IntegerNetwork& network) const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace tandem::judge
