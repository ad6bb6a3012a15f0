// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/judge/supernet/sampling.h"
#include "core/quant/tuning/fine_tuning.h"
#include "core/space/joint_space.h"
#include "core/train/trainer.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tandem::judge {

struct SupernetOptions {
    /// `quantization` is settled here; `distillation` says what all networks but the largest learn from the
    /// largest one's scores, its `teacher` is not used.
    train::TrainingOptions training = defaultTraining();
    bool fromScratch = false; ///< weights drawn anew instead of the imported ones
    point::Ranges ranges;     ///< what networks are drawn from; empty: the whole space
    Sandwich sandwich;
    int inputBits = 8;
    int calibrationSamples = 256; ///< of the training samples: formats and batch norms start from them
    int statisticsSamples = 2048; ///< of the training samples: a judged network's batch norms
    int replicas = 12;            ///< networks whose primitives are kept ready

    static train::TrainingOptions defaultTraining();
};

/// One set of weights for every network of a joint space, trained together so that each can be judged without
/// a training of its own (once-for-all, Cai et al. 2020; BigNAS, Yu et al. 2020). A step trains the networks
/// of a sandwich on one batch: the largest on the labels, the others on its scores too (on these alone
/// they would hold the shared weights where the largest has learned nothing yet). All round as their
/// precision says, with step sizes learned for each tensor and width. Steppable like train::Trainer: the
/// result does not depend on the number of threads nor on interruptions.
class Supernet {
  public:
    /// `space` and `dataset` must outlive this. Throws Error (Input) when the network cannot be trained or
    /// the data set does not fit it.
    Supernet(const space::JointSpace& space, const data::Dataset& dataset,
             std::span<const std::size_t> training, const SupernetOptions& options);
    ~Supernet();
    Supernet(Supernet&&) noexcept;
    Supernet& operator=(Supernet&&) noexcept;

    bool isFinished() const;
    /// One batch through a sandwich. Throws Error (Work) when the training diverges.
    void step();
    /// After the last step; loss and accuracy are those of the largest network.
    const train::TrainingProgress& progress() const;

    /// Everything that step() changes, as bytes for this kind of machine.
    std::string checkpoint() const;
    /// Goes on where a checkpoint of a supernet of the same space, samples and options was taken. Throws
    /// Error (Input) where it is of another one.
    void restore(std::string_view checkpoint);

    /// Share of `samples` that a point's network gets right, rounding as its precision says, after its batch
    /// norms have seen training samples: a prediction of its accuracy after training of its own.
    double evaluate(const point::Encoding& encoding, std::span<const std::size_t> samples) const;
    /// That network in the form in which it was trained: what quant::FineTuner goes on from.
    quant::RoundedStart start(const point::Encoding& encoding) const;
    /// The same as a graph with its scales and formats, batch norms folded: weights are rounded, maps are
    /// not.
    nn::Graph graph(const point::Encoding& encoding) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace tandem::judge
