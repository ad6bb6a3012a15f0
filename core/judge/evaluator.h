// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/judge/accuracy/measure_tables.h"
#include "core/judge/judging_inputs.h"
#include "core/point/metric.h"
#include "core/point/parameter.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/space/joint_space.h"

#include <cstdint>
#include <memory>
#include <stop_token>

namespace tandem::judge {

/// Agreement and accuracy of an integer network, Measured, and on how many inputs.
struct MeasuredShares {
    point::Metrics metrics;
    std::size_t count = 0;
};

/// Says everything about a point of one joint space, from tables that are measured once (some seconds, on all
/// threads) or were kept. Afterwards it is immutable, and every function may be called from any thread at the
/// same time. The same space, inputs and seed give the same answers, whatever the number of threads.
class Evaluator {
  public:
    /// Measures the tables. `jointSpace` must outlive the evaluator. Throws Error (Input) when an input has
    /// the wrong shape or a label does not fit, Error (Work) when the network cannot be executed, Error
    /// (Cancelled) where it was asked to stop.
    Evaluator(const space::JointSpace& jointSpace, JudgingInputs inputs, std::uint64_t seed,
              const Workers& workers = {}, const Progress& progress = {});
    /// Takes tables that were measured before. `inputs` is asked once, when they are first needed: to
    /// measure and to quantize, not to predict.
    Evaluator(const space::JointSpace& jointSpace, AccuracyTables tables, InputSource inputs,
              int threads = 0);
    ~Evaluator();
    Evaluator(Evaluator&&) noexcept;
    Evaluator& operator=(Evaluator&&) noexcept;

    const space::JointSpace& jointSpace() const;
    const AccuracyTables& tables() const;
    /// What is measured on. Where tables were kept, the first call reads or makes them, and throws as that.
    const JudgingInputs& inputs(const std::stop_token& cancel = {}) const;
    /// Accuracy where there are labels, else Agreement.
    point::Metric accuracyMetric() const;

    /// Everything at search speed: the modelled cost (see cost/cost.h) with agreement (and accuracy, where
    /// there are labels) Predicted. Microseconds; allocates nothing that grows with use.
    point::Metrics evaluate(const point::Encoding& encoding) const;

    /// Agreement (and accuracy, where there are labels) of an integer network on the validation inputs: on
    /// all of them, or on the first so many that the 95 % interval of either reaches kMeasuredInterval to
    /// either side. Seconds; Error (Cancelled) where it was asked to stop.
    MeasuredShares measured(const quant::IntegerNetwork& network, const std::stop_token& cancel = {}) const;
    static constexpr double kMeasuredInterval = 0.5; ///< percentage points

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
