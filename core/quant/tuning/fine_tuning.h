// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/quant/quantize/quantize.h"
#include "core/quant/tuning/rounding_graph.h"
#include "core/quant/tuning/tuned_network.h"
#include "core/train/trainer.h"

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::quant {

/// Quantization-aware training of one network.
struct FineTuningOptions {
    train::TrainingOptions training = defaultTraining(); ///< its `quantization` is settled here
    int inputBits = 8;
    std::vector<LayerPrecision> layers; ///< in the order of Lowering::layers; empty: 8 bits everywhere
    bool normalizes = true;             ///< batch norms behind the convolutions while it trains
    int calibrationSamples = 256;       ///< of the training samples: formats start from them
    int statisticsSamples = 4096;       ///< of the training samples: final statistics and the outputs' range

    static train::TrainingOptions defaultTraining();
};

/// A network in the form in which it is trained, parameters included.
struct RoundedStart {
    nn::Graph prepared; ///< its constants have no meaning where the rounding graph was trained before
    Lowering lowering;
    IntegerNetwork start; ///< formats and widths
    RoundingGraph rounding;
};

/// What fine-tuning made.
struct FineTuned {
    TunedNetwork tuned;
    IntegerNetwork network;
    double roundedAccuracy = 0.0; ///< of the rounding float network on the judged samples, 0 to 1
    double integerAccuracy = 0.0; ///< of the integer network on the same
    bool cancelled = false;
};

/// A fine-tuning in progress; see train::Trainer for pausing and checkpoints.
class FineTuner {
  public:
    /// `prepared` is the float network to start from (nn::prepare), the data set must outlive the tuner.
    /// Throws Error (Input) where the network cannot be lowered or trained.
    FineTuner(const nn::Graph& prepared, const data::Dataset& dataset, std::span<const std::size_t> training,
              const FineTuningOptions& options);
    /// Goes on from a network that was trained as a rounding graph before, such as a supernet's: batch norms
    /// and step sizes are kept. `layers`, `inputBits` and `normalizes` of the options are settled by it.
    FineTuner(RoundedStart start, const data::Dataset& dataset, std::span<const std::size_t> training,
              const FineTuningOptions& options);
    ~FineTuner();
    FineTuner(FineTuner&&) noexcept;
    FineTuner& operator=(FineTuner&&) noexcept;

    /// Steps, progress, checkpoints.
    train::Trainer& trainer();
    /// The integers of what was learned so far: batch norms get the statistics of rounded activations, then
    /// they are folded. Judged on `judged` samples of the data set. Throws Error (Cancelled) where it was
    /// asked to stop.
    FineTuned finish(std::span<const std::size_t> judged, const std::stop_token& cancel = {}) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A FineTuner's whole run. The test samples are used for nothing but the final figures.
FineTuned fineTune(const nn::Graph& prepared, const data::Dataset& dataset,
                   std::span<const std::size_t> training, std::span<const std::size_t> test,
                   const FineTuningOptions& options,
                   const std::function<void(const train::TrainingProgress&)>& progress = {},
                   const std::stop_token& cancel = {});

/// The first of these samples, at most `most`, as inputs of the graph, batch 1: what calibrates it.
std::vector<nn::Tensor> calibrationInputs(const nn::Graph& graph, const data::Dataset& dataset,
                                          std::span<const std::size_t> samples, int most);

/// Share of these samples whose label is the position of the accelerator's largest output, in [0, 1].
double integerAccuracy(const IntegerNetwork& network, const data::Dataset& dataset,
                       std::span<const std::size_t> samples, const Workers& workers = {});

} // namespace tandem::quant
