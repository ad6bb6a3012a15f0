// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/study_judge.h"

#include "core/base/error.h"

#include <chrono>
#include <thread>
#include <utility>

namespace tandem::engine {

namespace {

using point::Metric;

constexpr int kCalibrationInputs = 64;
constexpr int kValidationInputs = 512;
constexpr int kInputsWithoutData = 64;

/// The first samples of a data set that has no labels: agreement is measured on them.
judge::JudgingInputs unlabelledInputs(const data::Dataset& dataset, const nn::Graph& prepared) {
    if (prepared.inputs.size() != 1) {
        throw inputError("network '{}' has {} inputs; a data set feeds networks with one", prepared.name,
                         prepared.inputs.size());
    }
    const nn::Shape& shape = prepared.value(prepared.inputs[0]).shape;
    judge::JudgingInputs inputs;
    for (std::size_t sample = 0; sample < dataset.size() && inputs.validation.size() < kInputsWithoutData;
         ++sample) {
        (sample % 3 == 0 ? inputs.calibration : inputs.validation)
            .push_back(dataset.batchFor(shape, {&sample, 1}));
    }
    return inputs;
}

judge::JudgingInputs judgingInputs(const StudyData& data, const nn::Graph& prepared) {
    if (data.dataset.labels.empty()) {
        return unlabelledInputs(data.dataset, prepared);
    }
    return judge::inputsFrom(data.dataset, prepared, data.split, kCalibrationInputs, kValidationInputs);
}

} // namespace

StudyJudge::StudyJudge(const StudySetup& setup, const ImportedModel& model,
                       const std::vector<hw::Device>& devices, nlohmann::ordered_json dataRecord)
    : setup_(setup),
      jointSpace_(*model.prepared, hw::findDevice(devices, setup.device)),
      network_(model.network),
      dataRecord_(std::move(dataRecord)) {}

Metric StudyJudge::readData() {
    if (setup_.data.empty()) {
        return Metric::Agreement;
    }
    makeInputs({});
    return inputs_->labels.empty() ? Metric::Agreement : Metric::Accuracy;
}

const judge::Evaluator& StudyJudge::evaluator(const judge::Progress& progress,
                                              const std::stop_token& cancel) {
    if (const judge::Evaluator* measured = measured_.load(std::memory_order_acquire)) {
        return *measured;
    }
    std::unique_lock lock(measuring_, std::try_to_lock);
    while (!lock.owns_lock()) { // another thread measures
        stopIfAsked(cancel);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        lock.try_lock();
    }
    if (!evaluator_) {
        if (!inputs_) {
            if (progress) {
                progress("choose inputs", 0.0);
            }
            makeInputs(cancel);
        }
        judge::JudgingInputs inputs = std::move(*inputs_);
        inputs_.reset(); // a call that comes after a failure makes them anew
        evaluator_.emplace(jointSpace_, std::move(inputs), setup_.seed, Workers(0, cancel), progress);
        measured_.store(&*evaluator_, std::memory_order_release);
    }
    return *evaluator_;
}

StudyData StudyJudge::openData(const std::stop_token& cancel) {
    if (setup_.data.empty()) {
        throw inputError("the study has no data set; training needs one (search with --data)");
    }
    evaluator({}, cancel); // settles the record
    return data();
}

/// As the record says, where there is one.
StudyData StudyJudge::data() const {
    return openStudyData(setup_.data, *network_, setup_.seed, dataRecord_);
}

/// Inputs that points are judged on: from the data set, or made for the network when there is none.
void StudyJudge::makeInputs(const std::stop_token& cancel) {
    if (setup_.data.empty()) {
        inputs_ = judge::inputsWithoutData(jointSpace_.imported(), kInputsWithoutData, setup_.seed,
                                           Workers(0, cancel));
        return;
    }
    const StudyData opened = data();
    inputs_ = judgingInputs(opened, jointSpace_.imported());
    if (dataRecord_.is_null()) {
        dataRecord_ = toJson(opened);
    }
}

} // namespace tandem::engine
