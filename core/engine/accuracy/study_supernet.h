// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/training.h"
#include "core/engine/study/study_data.h"
#include "core/nn/graph.h"
#include "core/quant/tuning/fine_tuning.h"
#include "core/space/joint_space.h"

#include <nlohmann/json.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace tandem::store {
class StudyFile;
}
namespace tandem::judge {
class Supernet;
}

namespace tandem::engine {

/// A study's supernet: its training, with checkpoints in the study file, and what it says of points once it
/// is trained. One thread trains; the other methods may be called from any.
class StudySupernet {
  public:
    using DataSource = std::function<StudyData()>;

    /// `space` and `file` (null: nothing is kept) must outlive this; `data` is asked once, when it is needed.
    StudySupernet(const space::JointSpace& space, std::uint64_t seed, DataSource data,
                  store::StudyFile* file);
    ~StudySupernet();

    /// Waits for nothing.
    bool isTrained() const { return isTrained_; }

    /// Trains it on the networks of these ranges. A training with the same settings that was cancelled, or
    /// ended with the program, is gone on with, in the ranges that it began with; otherwise a new one begins.
    /// Nothing where it was cancelled. Throws Error (Input) where the data set has no labels for training and
    /// validation.
    std::optional<SupernetFigures> train(const point::Ranges& ranges, const SupernetSettings& settings,
                                         const TrainingListener& progress, const std::stop_token& cancel);

    /// What share of the validation samples the point's network gets right with the supernet's weights,
    /// rounding as its precision says, percent. Throws Error (Input) where the supernet is not trained.
    double evaluate(const point::Encoding& encoding) const;
    /// The point's network as the supernet has trained it: what fine-tuning starts from.
    quant::RoundedStart start(const point::Encoding& encoding) const;
    /// The largest network that it was trained for: a teacher.
    nn::Graph largestNetwork() const;

  private:
    class Net;
    /// One value of the study file, so that its parts cannot come from two trainings.
    struct Kept {
        nlohmann::ordered_json record; ///< settings and ranges; null: there is none
        std::string checkpoint;        ///< empty where the training is new

        std::string text() const;
        static Kept from(const std::string& text);
    };
    Kept begun(const point::Ranges& ranges, const SupernetSettings& settings) const;
    std::shared_ptr<const Net> net() const;
    std::shared_ptr<const StudyData> data() const;
    void keep(const Net& net, const SupernetSettings& settings);

    const space::JointSpace& space_;
    const std::uint64_t seed_;
    const DataSource openData_;
    store::StudyFile* const file_;
    mutable std::mutex mutex_;
    mutable std::shared_ptr<const StudyData> data_;
    mutable std::shared_ptr<const Net> net_; ///< trained; null until somebody asks
    Kept trained_, begun_; ///< the last one that was trained to its end stays while another is trained
    std::atomic<bool> isTrained_ = false;
};

} // namespace tandem::engine
