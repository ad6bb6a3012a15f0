// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/study_judge.h"

#include "core/base/error.h"
#include "core/base/patient_lock.h"
#include "core/engine/study/json_text.h"
#include "core/space/decoder.h"

#include <utility>

namespace tandem::engine {

using Json = nlohmann::json;

namespace {

using point::Metric;

constexpr int kCalibrationInputs = 64;
constexpr std::size_t kUnlabelledCalibration = 32;
constexpr int kInputsWithoutData = 64;

/// Of a data set that has no labels every third sample, as far as calibration needs them; agreement is
/// measured on the others.
judge::JudgingInputs unlabelledInputs(const std::shared_ptr<const data::Dataset>& dataset,
                                      const nn::Graph& prepared) {
    if (prepared.inputs.size() != 1) {
        throw inputError("network '{}' has {} inputs; a data set feeds networks with one", prepared.name,
                         prepared.inputs.size());
    }
    const nn::Shape shape = prepared.value(prepared.inputs[0]).shape;
    judge::JudgingInputs inputs;
    std::vector<std::size_t> judged;
    for (std::size_t sample = 0; sample < dataset->size(); ++sample) {
        if (sample % 3 == 0 && inputs.calibration.size() < kUnlabelledCalibration) {
            inputs.calibration.push_back(dataset->batchFor(shape, {&sample, 1}));
        } else {
            judged.push_back(sample);
        }
    }
    inputs.validation = {judged.size(), [dataset, shape, judged](std::size_t i) {
                             return dataset->batchFor(shape, {&judged.at(i), 1});
                         }};
    return inputs;
}

judge::JudgingInputs judgingInputs(StudyData data, const nn::Graph& prepared) {
    const auto dataset = std::make_shared<const data::Dataset>(std::move(data.dataset));
    if (dataset->labels.empty()) {
        return unlabelledInputs(dataset, prepared);
    }
    return judge::inputsFrom(dataset, prepared, data.split, kCalibrationInputs);
}

} // namespace

StudyJudge::StudyJudge(const StudySetup& setup, const ImportedModel& model,
                       const std::vector<hw::Device>& devices, nlohmann::ordered_json dataRecord,
                       std::string keptTables)
    : setup_(setup),
      jointSpace_(*model.prepared, hw::findDevice(devices, setup.device)),
      network_(model.network),
      modelHash_(fingerprint(model.bytes)),
      dataRecord_(std::move(dataRecord)),
      keptTables_(std::move(keptTables)) {}

Metric StudyJudge::readData() {
    if (setup_.data.empty()) {
        return Metric::Agreement;
    }
    inputs_ = makeInputs({});
    return inputs_->labels.empty() ? Metric::Agreement : Metric::Accuracy;
}

const judge::Evaluator& StudyJudge::evaluator(const judge::Progress& progress,
                                              const std::stop_token& cancel) {
    if (const judge::Evaluator* measured = measured_.load(std::memory_order_acquire)) {
        return *measured;
    }
    const std::unique_lock lock = patientLock(measuring_, cancel);
    if (evaluator_) {
        return *evaluator_;
    }
    if (std::optional<judge::AccuracyTables> kept = keptTables()) {
        const auto inputs = [this](const std::stop_token& stop) { return makeInputs(stop); };
        evaluator_.emplace(jointSpace_, std::move(*kept), inputs);
    } else {
        if (!inputs_) {
            if (progress) {
                progress("choose inputs", 0.0);
            }
            inputs_ = makeInputs(cancel);
        }
        judge::JudgingInputs inputs = std::move(*inputs_);
        inputs_.reset(); // a call that comes after a failure makes them anew
        evaluator_.emplace(jointSpace_, std::move(inputs), setup_.seed, Workers(0, cancel), progress);
        if (keeper_) {
            keeper_(jsonText(Json{{"measured_on", measuredOn()}, {"tables", toJson(evaluator_->tables())}}));
        }
    }
    keptTables_ = {};
    measured_.store(&*evaluator_, std::memory_order_release);
    return *evaluator_;
}

/// All that the tables depend on, and what tells whether it is still the same.
Json StudyJudge::measuredOn() const {
    Json data;
    if (!dataRecord_.is_null()) {
        data = {{"split", dataRecord_.at("split")}, {"input_format", dataRecord_.at("input_format")}};
    }
    Json dimensions = Json::array();
    for (const auto& [name, size] : setup_.dimensions) {
        dimensions.push_back({name, size});
    }
    return {{"version", judge::kTablesVersion},
            {"model", modelHash_},
            {"dimensions", std::move(dimensions)},
            {"device", setup_.device}, // it says which parameters there are
            {"data", std::move(data)},
            {"seed", setup_.seed},
            {"calibration_inputs", setup_.data.empty() ? kInputsWithoutData : kCalibrationInputs}};
}

/// What was measured before, if it was on the same.
std::optional<judge::AccuracyTables> StudyJudge::keptTables() const {
    if (keptTables_.empty()) {
        return std::nullopt;
    }
    try {
        const Json kept = Json::parse(keptTables_);
        if (kept.at("measured_on") == measuredOn()) {
            return judge::accuracyTablesFromJson(kept.at("tables"), jointSpace_.decoder().plan());
        }
    } catch (const Json::exception&) {
        return std::nullopt; // damaged: they can be measured again
    } catch (const Error&) {
        return std::nullopt; // of another space
    }
    return std::nullopt;
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
judge::JudgingInputs StudyJudge::makeInputs(const std::stop_token& cancel) {
    if (setup_.data.empty()) {
        return judge::inputsWithoutData(jointSpace_.imported(), kInputsWithoutData, setup_.seed,
                                        Workers(0, cancel));
    }
    StudyData opened = data();
    if (dataRecord_.is_null()) {
        dataRecord_ = toJson(opened);
    }
    return judgingInputs(std::move(opened), jointSpace_.imported());
}

} // namespace tandem::engine
