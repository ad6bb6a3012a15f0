// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/session.h"

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/engine/model_copy.h"
#include "core/engine/runner.h"
#include "core/nn/passes/passes.h"
#include "core/space/evaluator.h"

namespace tandem::engine {

namespace {

constexpr int kCalibrationInputs = 64;
constexpr int kValidationInputs = 512;
constexpr int kInputsWithoutData = 128;

/// What a design may use of the device.
std::vector<space::Constraint> budgetsOf(const hw::Device& device) {
    using space::Metric;
    std::vector<space::Constraint> budgets;
    const auto atMost = [&](Metric metric, double most) {
        budgets.push_back({metric, space::Relation::AtMost, most});
    };
    if (device.family != hw::DeviceFamily::Asic) {
        atMost(Metric::Lut, device.lut);
        atMost(Metric::Ff, device.ff);
        atMost(Metric::Dsp, device.dsp);
        atMost(Metric::Bram, device.bram36);
    }
    if (device.powerBudgetW > 0.0) {
        atMost(Metric::PowerW, device.powerBudgetW);
    }
    return budgets;
}

/// The first samples of a data set that has no labels: agreement is measured on them.
space::JudgingInputs unlabelledInputs(const data::Dataset& dataset, const nn::Graph& prepared) {
    if (prepared.inputs.size() != 1) {
        throw inputError("network '{}' has {} inputs; a data set feeds networks with one", prepared.name,
                         prepared.inputs.size());
    }
    const nn::Shape& shape = prepared.value(prepared.inputs[0]).shape;
    space::JudgingInputs inputs;
    for (std::size_t sample = 0; sample < dataset.size() && inputs.validation.size() < kInputsWithoutData;
         ++sample) {
        (sample % 3 == 0 ? inputs.calibration : inputs.validation)
            .push_back(dataset.batchFor(shape, {&sample, 1}));
    }
    return inputs;
}

/// Inputs that points are judged on: from the data set, or made for the network when there is none.
space::JudgingInputs judgingInputs(const StudySetup& setup, const nn::Graph& prepared) {
    if (setup.data.empty()) {
        return space::inputsWithoutData(prepared, kInputsWithoutData, setup.seed);
    }
    const data::Dataset dataset = data::openDataset(setup.data);
    if (dataset.labels.empty()) {
        return unlabelledInputs(dataset, prepared);
    }
    return space::inputsFrom(dataset, prepared, kCalibrationInputs, kValidationInputs, setup.seed);
}

/// A model made ready to be searched.
struct Prepared {
    Prepared(const StudySetup& setup, nn::Graph imported, const std::vector<hw::Device>& devices)
        : jointSpace(nn::prepare(imported), hw::findDevice(devices, setup.device)),
          evaluator(jointSpace, judgingInputs(setup, jointSpace.imported()), setup.seed) {}

    space::JointSpace jointSpace;
    space::Evaluator evaluator; // holds on to jointSpace
};

Problem problemOf(const StudySetup& setup, const Prepared& prepared) {
    Problem problem;
    problem.space = prepared.jointSpace.space();
    problem.objectives = setup.objectives;
    if (problem.objectives.empty()) {
        problem.objectives = {{prepared.evaluator.accuracyMetric(), true},
                              {space::Metric::LatencyMs, false},
                              {space::Metric::Utilization, false}};
    }
    problem.constraints = setup.constraints;
    problem.fixedConstraints = budgetsOf(prepared.jointSpace.device());
    problem.algorithm = setup.algorithm;
    problem.seed = setup.seed;
    problem.evaluate = [&evaluator = prepared.evaluator](const space::Encoding& encoding) {
        return evaluator.evaluate(encoding);
    };
    return problem;
}

class StudySession final : public Session {
  public:
    StudySession(StudySetup setup, std::unique_ptr<Prepared> prepared, std::unique_ptr<store::StudyFile> file)
        : setup_(std::move(setup)),
          prepared_(std::move(prepared)),
          runner_(problemOf(setup_, *prepared_), std::move(file)) {}

    /// Blocks until what the study starts from is on disk.
    void save() { runner_.file()->flush(); }

    const StudySetup& setup() const override { return setup_; }
    const space::JointSpace& jointSpace() const override { return prepared_->jointSpace; }
    const space::Evaluator& evaluator() const override { return prepared_->evaluator; }

    void start(const Budget& budget) override { runner_.start(budget); }
    void pause() override { runner_.pause(); }
    void wait() override { runner_.wait(); }
    void submit(const Command& command) override { runner_.submit(command); }
    Preview preview(const Command& command) const override { return runner_.preview(command); }
    std::shared_ptr<const Snapshot> snapshot() const override { return runner_.snapshot(); }

    std::string notice() const override {
        const store::StudyFile* file = runner_.file();
        if (file == nullptr) {
            return {};
        }
        std::string text = file->warning();
        if (file->wasCrashed()) {
            text += fmt::format("{}{} was not closed the last time; it goes on from the last save.",
                                text.empty() ? "" : " ", file->path().string());
        }
        return text;
    }

    space::Point refine(space::PointId id) override {
        const std::shared_ptr<const Snapshot> known = snapshot();
        if (id >= known->points.size()) {
            throw inputError("there is no point {}: the study has {} points", id, known->points.size());
        }
        space::Point point = known->points[id];
        point.metrics = prepared_->evaluator.refine(point.encoding);
        runner_.refine(point);
        return point;
    }

    void recordArtefact(space::PointId id, const std::string& kind, const std::string& json) override {
        if (store::StudyFile* file = runner_.file()) {
            file->appendArtefact({id, kind, json, {}});
        }
    }

  private:
    StudySetup setup_;
    std::unique_ptr<Prepared> prepared_; // evaluated until runner_ is gone
    SearchRunner runner_;
};

} // namespace

std::unique_ptr<Session> Session::create(const StudySetup& setup, const std::filesystem::path& study,
                                         const std::vector<hw::Device>& devices) {
    if (!study.empty() && std::filesystem::exists(study)) {
        throw inputError("{}: the file exists already; name another, or open it", study.string());
    }
    auto prepared = std::make_unique<Prepared>(setup, importModel(setup), devices);
    if (study.empty()) {
        return std::make_unique<StudySession>(setup, std::move(prepared), nullptr);
    }
    const ModelCopy model = copyModel(setup);
    std::unique_ptr<store::StudyFile> file = store::StudyFile::create(study);
    try {
        file->setValue("setup", toJson(setup));
        file->setValue("model", model.bytes);
        file->setValue("model_is_settled", model.isSettled ? "1" : "0");
        file->setValue("model_name", setup.model.filename().string());
        file->setValue("model_hash", fingerprint(model.bytes));
        auto session = std::make_unique<StudySession>(setup, std::move(prepared), std::move(file));
        session->save();
        return session;
    } catch (const Error&) {
        file.reset();
        std::error_code ignored;
        std::filesystem::remove(study, ignored);
        throw;
    }
}

std::unique_ptr<Session> Session::open(const std::filesystem::path& study,
                                       const std::vector<hw::Device>& devices) {
    std::unique_ptr<store::StudyFile> file = store::StudyFile::open(study);
    const std::optional<std::string> setupText = file->value("setup");
    const std::optional<std::string> model = file->value("model");
    if (!setupText || !model || fingerprint(*model) != file->value("model_hash")) {
        throw inputError("{}: the study is damaged (its model or its set-up is not whole)", study.string());
    }
    try {
        const StudySetup setup = setupFromJson(*setupText);
        const ModelCopy copy{*model, file->value("model_is_settled") == "1"};
        auto prepared = std::make_unique<Prepared>(setup, importModelCopy(copy, setup), devices);
        return std::make_unique<StudySession>(setup, std::move(prepared), std::move(file));
    } catch (const Error& error) {
        const bool named = std::string_view(error.what()).starts_with(study.string());
        throw named ? Error(error) : error.within(study.string());
    }
}

} // namespace tandem::engine
