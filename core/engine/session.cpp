// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/session.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/engine/accuracy/point_network.h"
#include "core/engine/accuracy/study_trainings.h"
#include "core/engine/evaluation/thread_budget.h"
#include "core/engine/run/known_point.h"
#include "core/engine/run/runner.h"
#include "core/engine/study/json_text.h"
#include "core/engine/study/study_problem.h"
#include "core/engine/study/study_start.h"
#include "core/engine/study/unkept_study.h"
#include "core/judge/cost/layer_details.h"

#include <set>
#include <utility>

namespace tandem::engine {

namespace {

class StudySession final : public Session {
  public:
    StudySession(std::unique_ptr<StudyJudge> judge, std::vector<point::Objective> objectives,
                 std::unique_ptr<store::StudyFile> file)
        : judge_(std::move(judge)),
          dataReport_(judge_->dataRecord().is_null() ? std::string()
                                                     : engine::dataReport(judge_->dataRecord())),
          frozen_(file.get()),
          records_(*judge_, file.get()),
          runner_(problemOf(*judge_, std::move(objectives), threads_), std::move(file)),
          trainings_(*judge_, records_, frozen_, runner_, threads_) {
        if (store::StudyFile* kept = runner_.file()) {
            judge_->keepWith([kept](const std::string& tables) { kept->setValue(kTablesKey, tables); });
        }
    }

    /// Takes points off the front whose accelerators cannot be built: studies of before that was asked hold
    /// some, with the figures of another accelerator. What they shut out comes back.
    /// Throws Error (Cancelled) where it was asked to stop.
    void leaveOutWhatCannotBeBuilt(const std::stop_token& cancel) {
        std::set<point::PointId> asked;
        bool isClean = false;
        while (!isClean) {
            isClean = true;
            const auto known = runner_.snapshot();
            for (const point::PointId id : known->front) {
                point::Point point = known->points[id];
                stopIfAsked(cancel);
                const bool isKnown = point.metrics.source(point::Metric::Faults) != point::Source::None;
                if (!isKnown && asked.insert(id).second && jointSpace().fault(point.encoding)) {
                    point.metrics.set(point::Metric::Faults, 1, point::Source::Modelled);
                    runner_.refine(point);
                    isClean = false;
                }
            }
            runner_.wait();
        }
    }

    const StudySetup& setup() const override { return judge_->setup(); }
    const space::JointSpace& jointSpace() const override { return judge_->jointSpace(); }
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

    void start(const Budget& budget) override {
        trainings_.startLadder();
        runner_.start(budget);
    }
    void pause() override { runner_.pause(); }
    void wait() override { runner_.wait(); }
    void submit(const Command& command) override { runner_.submit(command); }
    Preview preview(const Command& command) const override { return runner_.preview(command); }
    std::shared_ptr<const Snapshot> snapshot() const override { return runner_.snapshot(); }

    std::optional<TrainingFigures> train(point::PointId id, const TrainingSettings& settings,
                                         const TrainingListener& progress,
                                         const std::stop_token& cancel) override {
        return trainings_.train(id, settings, progress, cancel);
    }
    bool isTrained(point::PointId id) const override { return trainings_.isTrained(id); }
    std::optional<SupernetFigures> trainSupernet(const SupernetSettings& settings,
                                                 const TrainingListener& progress,
                                                 const std::stop_token& cancel) override {
        return trainings_.trainSupernet(settings, progress, cancel);
    }
    std::vector<TrainingStatus> trainingCurve(std::optional<point::PointId> point) const override {
        return trainings_.trainingCurve(point);
    }
    LadderStatus ladder() const override { return trainings_.ladder(); }

    const judge::Evaluator& evaluator() const override { return judge_->evaluator(); }
    codegen::FrozenPoint freeze(point::PointId id, const std::stop_token& cancel) override {
        codegen::FrozenPoint frozen =
            engine::freeze(*judge_, records_.networks, knownPoint(*snapshot(), id), cancel);
        frozen_.keep(frozen); // whoever sees the point's figures sees its layers
        runner_.refine(frozen.point);
        return frozen;
    }
    std::vector<judge::LayerDetails> layers(point::PointId id) const override {
        const point::Point point = knownPoint(*snapshot(), id);
        const std::optional<std::vector<judge::LayerDetails>> frozen = frozen_.layers(id);
        return frozen ? *frozen : judge::layerDetails(jointSpace(), point.encoding);
    }
    std::optional<codegen::MeasuredOn> measuredOn(point::PointId id, point::Metric metric) const override {
        return frozen_.measuredOn(id, metric);
    }
    quant::IntegerNetwork integerNetwork(point::PointId id) const override {
        return engine::integerNetwork(*judge_, records_.networks, knownPoint(*snapshot(), id));
    }
    void recordArtefact(point::PointId id, const std::string& kind,
                        const nlohmann::ordered_json& record) override {
        if (store::StudyFile* file = runner_.file()) {
            file->appendArtefact({id, kind, jsonText(record), {}});
        }
    }

  private:
    std::unique_ptr<StudyJudge> judge_; // all below judge with it
    std::string dataReport_;
    const std::shared_ptr<ThreadBudget> threads_ = std::make_shared<ThreadBudget>();
    FrozenPoints frozen_; // this and the records read the file before the runner writes to it
    TrainingRecords records_;
    SearchRunner runner_;
    StudyTrainings trainings_; // asks all of the above
};

void refuseExisting(const std::filesystem::path& study) {
    std::error_code failure; // whatever it is, making the file fails of it, too
    if (!study.empty() && std::filesystem::exists(study, failure)) {
        throw inputError("{}: the file exists already; name another, or open it", study.string());
    }
}

/// A session with a study file of its own, which holds from the beginning all that the study starts from.
std::unique_ptr<Session> createFile(const std::filesystem::path& study, StudyStart start,
                                    std::unique_ptr<StudyJudge> judge, const Opening& opening) {
    std::optional<UnkeptStudy> unkept; // goes after all that has the file open
    std::unique_ptr<store::StudyFile> file = store::StudyFile::create(study);
    unkept.emplace(study);
    if (!opening.goesOn(OpeningStep::Study)) {
        return nullptr;
    }
    store::StudyFile& made = *file;
    writeStart(made, start);
    auto session =
        std::make_unique<StudySession>(std::move(judge), std::move(start.objectives), std::move(file));
    made.flush();
    if (opening.cancel.stop_requested()) {
        return nullptr;
    }
    unkept->keep();
    return session;
}

} // namespace

std::unique_ptr<Session> Session::create(const StudySetup& setup, const std::filesystem::path& study,
                                         const std::vector<hw::Device>& devices, const Opening& opening) {
    refuseExisting(study);
    if (!opening.goesOn(OpeningStep::Model)) {
        return nullptr;
    }
    return create(setup, importModel(setup), study, devices, opening);
}

std::unique_ptr<Session> Session::create(const StudySetup& setup, const ModelPtr& model,
                                         const std::filesystem::path& study,
                                         const std::vector<hw::Device>& devices, const Opening& opening) {
    refuseExisting(study);
    if (!opening.goesOn(OpeningStep::Space)) {
        return nullptr;
    }
    auto judge = std::make_unique<StudyJudge>(setup, *model, devices);
    if (!opening.goesOn(OpeningStep::Data)) {
        return nullptr;
    }
    const point::Metric accuracy = judge->readData();
    StudyStart start{setup, setup.objectives, model, judge->dataRecord()};
    if (start.objectives.empty()) {
        start.objectives = {
            {accuracy, true}, {point::Metric::LatencyMs, false}, {point::Metric::Utilization, false}};
    }
    if (study.empty()) {
        return std::make_unique<StudySession>(std::move(judge), std::move(start.objectives), nullptr);
    }
    return createFile(study, std::move(start), std::move(judge), opening);
}

std::unique_ptr<Session> Session::open(const std::filesystem::path& study,
                                       const std::vector<hw::Device>& devices, const Opening& opening) {
    std::unique_ptr<store::StudyFile> file = store::StudyFile::open(study);
    try {
        if (!opening.goesOn(OpeningStep::Model)) {
            return nullptr;
        }
        StudyStart start = readStart(*file);
        if (!opening.goesOn(OpeningStep::Space)) {
            return nullptr;
        }
        auto judge = std::make_unique<StudyJudge>(start.setup, *start.model, devices,
                                                  std::move(start.dataRecord), std::move(start.tables));
        start.model.reset(); // its bytes are in the file
        if (!opening.goesOn(OpeningStep::Study)) {
            return nullptr;
        }
        auto session =
            std::make_unique<StudySession>(std::move(judge), std::move(start.objectives), std::move(file));
        session->leaveOutWhatCannotBeBuilt(opening.cancel);
        return session;
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Cancelled) {
            return nullptr;
        }
        const bool named = std::string_view(error.what()).starts_with(study.string());
        throw named ? Error(error) : error.within(study.string());
    }
}

} // namespace tandem::engine
