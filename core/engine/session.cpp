// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/session.h"

#include "core/base/error.h"
#include "core/engine/accuracy/accuracy_ladder.h"
#include "core/engine/accuracy/point_training.h"
#include "core/engine/accuracy/study_supernet.h"
#include "core/engine/accuracy/trained_networks.h"
#include "core/engine/accuracy/training_curves.h"
#include "core/engine/evaluation/thread_budget.h"
#include "core/engine/run/runner.h"
#include "core/engine/study/model_copy.h"
#include "core/engine/study/study_data.h"
#include "core/judge/evaluator.h"
#include "core/nn/passes/passes.h"

#include <chrono>
#include <mutex>
#include <optional>
#include <variant>

namespace tandem::engine {

namespace {

using point::Metric;

constexpr int kCalibrationInputs = 64;
constexpr int kValidationInputs = 512;
constexpr int kInputsWithoutData = 64;

/// What a design may use of the device.
std::vector<point::Constraint> budgetsOf(const hw::Device& device) {
    std::vector<point::Constraint> budgets;
    const auto atMost = [&](Metric metric, double most) {
        budgets.push_back({metric, point::Relation::AtMost, most});
    };
    if (device.family != hw::DeviceFamily::Asic) {
        atMost(Metric::Lut, device.lut);
        atMost(Metric::Ff, device.ff);
        atMost(Metric::Dsp, device.dsp);
        atMost(Metric::Bram, device.bram36);
    } else {
        atMost(Metric::AreaMm2, device.areaMm2);
    }
    if (device.powerBudgetW > 0.0) {
        atMost(Metric::PowerW, device.powerBudgetW);
    }
    return budgets;
}

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

/// A model and what judges its points. Measuring takes long, so it waits until somebody needs it.
class Judged {
  public:
    /// `dataRecord`: what the study file says about its data set, where it says something.
    Judged(const StudySetup& setup, nn::Graph imported, const std::vector<hw::Device>& devices,
           std::optional<std::string> dataRecord = {})
        : setup_(setup),
          jointSpace_(nn::prepare(imported), hw::findDevice(devices, setup.device)),
          imported_(std::move(imported)),
          dataRecord_(std::move(dataRecord)) {}

    const space::JointSpace& jointSpace() const { return jointSpace_; }

    /// Reads the data set now rather than later, and says what the first objective of a study without
    /// objectives is.
    Metric readData() {
        if (setup_.data.empty()) {
            return Metric::Agreement;
        }
        makeInputs();
        return inputs_->labels.empty() ? Metric::Agreement : Metric::Accuracy;
    }

    /// Measures at the first call; other threads that call wait for it.
    const judge::Evaluator& evaluator(const judge::Progress& progress = {}) {
        std::call_once(once_, [&] {
            if (!inputs_) {
                if (progress) {
                    progress("choose inputs", 0.0);
                }
                makeInputs();
            }
            // They go with the evaluator: a second try chooses them again.
            judge::JudgingInputs inputs = std::move(*inputs_);
            inputs_.reset();
            evaluator_.emplace(jointSpace_, std::move(inputs), setup_.seed, 0, progress);
        });
        return *evaluator_;
    }

    /// The data set that the points are judged on, with the same split. Throws as openStudyData().
    StudyData openData() {
        evaluator(); // settles the record
        return openStudyData(setup_.data, imported_, setup_.seed, dataRecord_);
    }

    /// What is known about the data set, for the study file; nothing before it was read for the first time.
    const std::optional<std::string>& dataRecord() const { return dataRecord_; }

  private:
    /// Inputs that points are judged on: from the data set, or made for the network when there is none.
    void makeInputs() {
        if (setup_.data.empty()) {
            inputs_ = judge::inputsWithoutData(jointSpace_.imported(), kInputsWithoutData, setup_.seed);
            return;
        }
        const StudyData data = openStudyData(setup_.data, imported_, setup_.seed, dataRecord_);
        inputs_ = judgingInputs(data, jointSpace_.imported());
        if (!dataRecord_) {
            dataRecord_ = toJson(data);
        }
    }

    StudySetup setup_;
    space::JointSpace jointSpace_;
    nn::Graph imported_;
    std::optional<std::string> dataRecord_;
    std::optional<judge::JudgingInputs> inputs_;
    std::once_flag once_;
    std::optional<judge::Evaluator> evaluator_; // holds on to jointSpace_
};

/// `judged` must outlive the problem.
Problem problemOf(const StudySetup& setup, std::vector<point::Objective> objectives, Judged& judged,
                  std::shared_ptr<ThreadBudget> threads) {
    Problem problem;
    problem.space = judged.jointSpace().space();
    problem.objectives = std::move(objectives);
    problem.constraints = setup.constraints;
    problem.fixedConstraints = budgetsOf(judged.jointSpace().device());
    problem.algorithm = {setup.algorithm, setup.algorithmOptions};
    problem.seed = setup.seed;
    problem.threads = std::move(threads);
    problem.prepare = [&judged](const Progress& progress) { judged.evaluator(progress); };
    problem.evaluate = [&judged](const point::Encoding& encoding) {
        return judged.evaluator().evaluate(encoding);
    };
    return problem;
}

class StudySession final : public Session {
  public:
    StudySession(StudySetup setup, std::vector<point::Objective> objectives, std::unique_ptr<Judged> judged,
                 std::unique_ptr<store::StudyFile> file)
        : setup_(std::move(setup)),
          judged_(std::move(judged)),
          dataReport_(judged_->dataRecord() ? engine::dataReport(*judged_->dataRecord()) : std::string()),
          trained_(file.get()),
          curves_(file.get()),
          supernet_(
              judged_->jointSpace(), setup_.seed, [this] { return openData(); }, file.get()),
          runner_(problemOf(setup_, std::move(objectives), *judged_, threads_), std::move(file)) {}

    /// Blocks until what the study starts from is on disk.
    void save() { runner_.file()->flush(); }

    const StudySetup& setup() const override { return setup_; }
    const space::JointSpace& jointSpace() const override { return judged_->jointSpace(); }
    const judge::Evaluator& evaluator() const override { return judged_->evaluator(); }

    void start(const Budget& budget) override {
        startLadder(true);
        runner_.start(budget);
    }
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

    std::string dataReport() const override { return dataReport_; }

    point::Point refine(point::PointId id) override {
        point::Point point = known(id);
        const auto trained = trained_.find(id);
        point.metrics = trained ? trainedMetrics(point, *trained) : evaluator().refine(point.encoding);
        runner_.refine(point);
        return point;
    }

    std::optional<TrainingFigures> train(point::PointId id, const TrainingSettings& settings,
                                         const std::function<void(const TrainingStatus&)>& progress,
                                         const std::stop_token& cancel) override {
        point::Point point = known(id);
        const StudyData data = openData();
        const ThreadBudget::Claim claim = threads_->claim(settings.threads);
        TrainingSettings shared = settings;
        shared.threads = claim.threads();
        CheckpointKeeper checkpoints{trained_.checkpoint(id), {}};
        checkpoints.store = [&](const std::string& bytes) { trained_.keepCheckpoint(id, bytes); };
        const auto start = std::chrono::steady_clock::now();
        std::optional<TrainedPoint> result =
            trainPoint(trainingStart(point.encoding), jointSpace().precision(point.encoding), data,
                       setup_.seed, shared, checkpoints, recorded(id, progress), cancel);
        if (!result) {
            return std::nullopt;
        }
        result->figures.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        trained_.keep(id, {result->tuned, result->figures.testAccuracy});
        recordArtefact(id, "training", toJson(id, settings, result->figures));
        point.metrics = trainedMetrics(point, *trained_.find(id));
        runner_.refine(point);
        return result->figures;
    }

    bool isTrained(point::PointId id) const override { return trained_.find(id).has_value(); }

    std::optional<SupernetFigures> trainSupernet(const SupernetSettings& settings,
                                                 const std::function<void(const TrainingStatus&)>& progress,
                                                 const std::stop_token& cancel) override {
        endLadder();
        const search::Rules rules = snapshot()->rules;
        const ThreadBudget::Claim claim = threads_->claim(settings.threads);
        SupernetSettings shared = settings;
        shared.threads = claim.threads();
        const std::optional<SupernetFigures> figures =
            supernet_.train(rules.ranges.empty() ? fullRanges(jointSpace().space()) : rules.ranges, shared,
                            recorded({}, progress), cancel);
        // Figures of a supernet that was there before are not this one's.
        startLadder(!figures);
        return figures;
    }

    std::vector<TrainingStatus> trainingCurve(std::optional<point::PointId> point) const override {
        return curves_.find(point);
    }

    LadderStatus ladder() const override {
        LadderStatus status;
        status.hasSupernet = supernet_.isTrained();
        const std::lock_guard lock(ladderMutex_);
        if (ladder_) {
            status.evaluated = ladder_->evaluationCount();
            status.rests = ladder_->rests();
            const std::optional<Error> failure = ladder_->failure();
            status.failure = failure ? failure->what() : "";
        }
        return status;
    }

    quant::IntegerNetwork integerNetwork(point::PointId id) const override {
        const point::Point point = known(id);
        const auto trained = trained_.find(id);
        return trained ? integersOf(point, *trained) : judged_->evaluator().integerNetwork(point.encoding);
    }

    void recordArtefact(point::PointId id, const std::string& kind, const std::string& json) override {
        if (store::StudyFile* file = runner_.file()) {
            file->appendArtefact({id, kind, json, {}});
        }
    }

  private:
    point::Point known(point::PointId id) const {
        const std::shared_ptr<const Snapshot> now = snapshot();
        if (id >= now->points.size()) {
            throw inputError("there is no point {}: the study has {} points", id, now->points.size());
        }
        return now->points[id];
    }

    StudyData openData() const {
        if (setup_.data.empty()) {
            throw inputError("the study has no data set; training needs one (search with --data)");
        }
        return judged_->openData();
    }

    TrainingStart trainingStart(const point::Encoding& encoding) const {
        TrainingStart start;
        start.teachers.push_back(
            {"imported network", std::make_shared<const nn::Graph>(jointSpace().imported())});
        if (supernet_.isTrained()) {
            start.network = supernet_.start(encoding);
            start.teachers.push_back(
                {"supernet", std::make_shared<const nn::Graph>(supernet_.largestNetwork())});
        } else {
            start.network = jointSpace().network(encoding);
        }
        return start;
    }

    /// Waits for the evaluation that runs; ladder() does not wait with it.
    void endLadder() {
        std::unique_ptr<AccuracyLadder> ended;
        const std::lock_guard lock(ladderMutex_);
        ended.swap(ladder_);
    }

    /// Where there is a supernet to climb with and no ladder yet.
    void startLadder(bool knowsFigures) {
        const std::lock_guard lock(ladderMutex_);
        if (ladder_ || !supernet_.isTrained()) {
            return;
        }
        AccuracySource source;
        source.level = point::Source::Supernet;
        source.evaluate = [this](const point::Encoding& encoding) { return supernet_.evaluate(encoding); };
        source.coldStart = [this](const point::Encoding& encoding) {
            return static_cast<double>(evaluator().evaluate(encoding).value(Metric::Accuracy));
        };
        source.networkPoint = [this](const point::Encoding& encoding) {
            return jointSpace().networkPoint(encoding);
        };
        LadderOptions options;
        options.seed = setup_.seed;
        options.knowsFigures = knowsFigures;
        options.threadBudget = threads_;
        ladder_ = std::make_unique<AccuracyLadder>(runner_, jointSpace().space(), std::move(source), options);
    }

    /// What tells `progress` and keeps the training's curve.
    std::function<void(const TrainingStatus&)>
    recorded(const TrainingCurves::Target& target,
             const std::function<void(const TrainingStatus&)>& progress) {
        return [this, target, &progress](const TrainingStatus& status) {
            curves_.add(target, status);
            if (progress) {
                progress(status);
            }
        };
    }

    quant::IntegerNetwork integersOf(const point::Point& point, const TrainedNetwork& trained) const {
        const std::span<const nn::Tensor> calibration = evaluator().inputs().calibration;
        return quant::integerNetwork(jointSpace().network(point.encoding), trained.tuned,
                                     calibration.first(1));
    }

    point::Metrics trainedMetrics(const point::Point& point, const TrainedNetwork& trained) const {
        point::Metrics metrics = evaluator().refine(point.encoding, integersOf(point, trained));
        metrics.set(Metric::Accuracy, trained.testAccuracy, point::Source::Measured);
        return metrics;
    }

    StudySetup setup_;
    std::unique_ptr<Judged> judged_; // runner_ evaluates with it
    std::string dataReport_;
    TrainedNetworks trained_;
    TrainingCurves curves_;
    StudySupernet supernet_;
    std::shared_ptr<ThreadBudget> threads_ = std::make_shared<ThreadBudget>();
    SearchRunner runner_;
    mutable std::mutex ladderMutex_;
    std::unique_ptr<AccuracyLadder> ladder_; // asks all of the above
};

} // namespace

std::unique_ptr<Session> Session::create(const StudySetup& setup, const std::filesystem::path& study,
                                         const std::vector<hw::Device>& devices) {
    if (!study.empty() && std::filesystem::exists(study)) {
        throw inputError("{}: the file exists already; name another, or open it", study.string());
    }
    auto judged = std::make_unique<Judged>(setup, importModel(setup), devices);
    const Metric accuracy = judged->readData();
    std::vector<point::Objective> objectives = setup.objectives;
    if (objectives.empty()) {
        objectives = {{accuracy, true}, {Metric::LatencyMs, false}, {Metric::Utilization, false}};
    }
    if (study.empty()) {
        return std::make_unique<StudySession>(setup, std::move(objectives), std::move(judged), nullptr);
    }
    const ModelCopy model = copyModel(setup);
    std::unique_ptr<store::StudyFile> file = store::StudyFile::create(study);
    try {
        file->setValue("setup", toJson(setup));
        file->setValue("objectives", toJson(SetObjectives{objectives}));
        if (judged->dataRecord()) {
            file->setValue("data", *judged->dataRecord());
        }
        file->setValue("model", model.bytes);
        file->setValue("model_is_settled", model.isSettled ? "1" : "0");
        file->setValue("model_name", setup.model.filename().string());
        file->setValue("model_hash", fingerprint(model.bytes));
        auto session =
            std::make_unique<StudySession>(setup, std::move(objectives), std::move(judged), std::move(file));
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
    const std::optional<std::string> objectives = file->value("objectives");
    if (!setupText || !objectives || !model || fingerprint(*model) != file->value("model_hash")) {
        throw inputError("{}: the study is damaged (its model or its set-up is not whole)", study.string());
    }
    try {
        const StudySetup setup = setupFromJson(*setupText);
        const ModelCopy copy{*model, file->value("model_is_settled") == "1"};
        auto judged =
            std::make_unique<Judged>(setup, importModelCopy(copy, setup), devices, file->value("data"));
        return std::make_unique<StudySession>(
            setup, std::get<SetObjectives>(commandFromJson(*objectives)).objectives, std::move(judged),
            std::move(file));
    } catch (const Error& error) {
        const bool named = std::string_view(error.what()).starts_with(study.string());
        throw named ? Error(error) : error.within(study.string());
    }
}

} // namespace tandem::engine
