// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/study/imported_model.h"
#include "core/engine/study/study_data.h"
#include "core/engine/study/study_setup.h"
#include "core/hw/device/device.h"
#include "core/judge/evaluator.h"
#include "core/space/joint_space.h"

#include <nlohmann/json.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::engine {

/// A study's joint space and what judges its points. Measuring takes long, so it waits until somebody needs
/// it, and what it gave is kept in the study file.
class StudyJudge {
  public:
    /// Is given what was measured, to be kept: keptTables of the next session. From any thread.
    using Keeper = std::function<void(std::string tables)>;

    /// `dataRecord`: what the study file says about its data set; null: nothing. `keptTables`: what a Keeper
    /// was given, or empty; it is used if it was measured on what this study would be. Throws Error (Input)
    /// where the network cannot be searched on the set-up's device, or there is no such device.
    StudyJudge(const StudySetup& setup, const ImportedModel& model, const std::vector<hw::Device>& devices,
               nlohmann::ordered_json dataRecord = {}, std::string keptTables = {});

    /// Who keeps what will be measured. Before any other thread knows of this.
    void keepWith(Keeper keeper) { keeper_ = std::move(keeper); }

    const StudySetup& setup() const { return setup_; }
    const space::JointSpace& jointSpace() const { return jointSpace_; }

    /// Reads the data set now rather than later, and says what the first objective of a study without
    /// objectives is. Before any other thread knows of this. Throws as openStudyData().
    point::Metric readData();

    /// Measures at the first call, unless kept tables serve, which takes seconds; other threads that call
    /// wait for it. Throws Error, of kind Cancelled where it was asked to stop; the next call tries again.
    const judge::Evaluator& evaluator(const judge::Progress& progress = {},
                                      const std::stop_token& cancel = {});

    /// The data set that the points are judged on, with the same split. From any thread. Throws Error (Input)
    /// where the study has none, and as openStudyData().
    StudyData openData(const std::stop_token& cancel = {});

    /// What is known about the data set, for the study file; null before it was read for the first time.
    const nlohmann::ordered_json& dataRecord() const { return dataRecord_; }

  private:
    StudyData data() const;
    judge::JudgingInputs makeInputs(const std::stop_token& cancel);
    std::optional<judge::AccuracyTables> keptTables() const;
    nlohmann::json measuredOn() const;

    const StudySetup setup_;
    const space::JointSpace jointSpace_;
    const std::shared_ptr<const nn::Graph> network_; ///< as imported
    const std::string modelHash_;
    nlohmann::ordered_json dataRecord_;
    std::string keptTables_; ///< until the evaluator has them
    Keeper keeper_;
    std::optional<judge::JudgingInputs> inputs_; ///< until the evaluator has them
    std::mutex measuring_;
    std::atomic<const judge::Evaluator*> measured_ = nullptr; // null until it is there
    std::optional<judge::Evaluator> evaluator_;               // holds on to jointSpace_
};

} // namespace tandem::engine
