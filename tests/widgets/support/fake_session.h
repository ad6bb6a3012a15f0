// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/training_curves.h"
#include "core/engine/session.h"
#include "core/search/front/archive.h"
#include "widgets/session/session_controller.h"
#include "widgets/session/study_model.h"

#include <atomic>
#include <mutex>
#include <set>

namespace tandem::test {

/// Three bundles of four parameters and two of the accelerator.
point::Space syntheticSpace();
std::vector<space::Bundle> syntheticBundles();
/// Three convolutions with a Relu each.
nn::Graph syntheticNetwork();
/// A point of the synthetic space with figures that trade off like real ones; a pure function of its id.
point::Point syntheticPoint(point::PointId id, const search::Rules& rules);

/// A session without a search: every look at its snapshot while it runs adds `pointsPerLook` synthetic points
/// that obey the rules in force.
class FakeSession : public engine::Session {
  public:
    explicit FakeSession(engine::StudySetup setup, std::size_t pointsPerLook = 200);

    /// Adds points whether it runs or not.
    void grow(std::size_t count);

    const engine::StudySetup& setup() const override { return setup_; }
    const space::JointSpace& jointSpace() const override;
    const judge::Evaluator& evaluator() const override;
    std::string notice() const override { return {}; }
    std::string dataReport() const override { return setup_.data.empty() ? "" : "data set 'fake'"; }
    void start(const engine::Budget& budget) override;
    void pause() override;
    void wait() override {}
    void submit(const engine::Command& command) override;
    engine::Preview preview(const engine::Command& command) const override;
    std::shared_ptr<const engine::Snapshot> snapshot() const override;
    point::Point refine(point::PointId id); ///< what freeze() makes of it
    codegen::FrozenPoint freeze(point::PointId id, const std::stop_token&) override {
        return {refine(id), {}, {}, {}, {}, {}};
    }
    std::vector<judge::LayerDetails> layers(point::PointId id) const override;
    std::optional<codegen::MeasuredOn> measuredOn(point::PointId id, point::Metric metric) const override;
    /// Gives a point another figure, as whatever judges points in the background does.
    void learn(point::PointId id, point::Metric metric, double value, point::Source source);
    /// A step for each epoch, none of them real. The training of kEndlessTraining waits to be cancelled.
    std::optional<engine::TrainingFigures>
    train(point::PointId id, const engine::TrainingSettings& settings,
          const std::function<void(const engine::TrainingStatus&)>& progress,
          const std::stop_token& cancel) override;
    bool isTrained(point::PointId id) const override;
    /// Likewise; with kEndlessEpochs it waits to be cancelled.
    std::optional<engine::SupernetFigures>
    trainSupernet(const engine::SupernetSettings& settings,
                  const std::function<void(const engine::TrainingStatus&)>& progress,
                  const std::stop_token& cancel) override;
    /// The statuses that the trainings told.
    std::vector<engine::TrainingStatus> trainingCurve(std::optional<point::PointId> point) const override;
    engine::LadderStatus ladder() const override;
    quant::IntegerNetwork integerNetwork(point::PointId id) const override;
    void recordArtefact(point::PointId id, const std::string& kind,
                        const nlohmann::ordered_json& record) override;

    int artefacts() const { return artefacts_; }

    static constexpr point::PointId kEndlessTraining = 7;
    static constexpr int kEndlessEpochs = 777;

  private:
    bool pretendToTrain(std::optional<point::PointId> point, int steps, bool isEndless,
                        const std::function<void(const engine::TrainingStatus&)>& progress,
                        const std::stop_token& cancel);
    void learnLocked(point::PointId id, point::Metric metric, double value, point::Source source);
    void publish();
    void rank();

    engine::StudySetup setup_;
    std::size_t pointsPerLook_;
    point::Space space_;
    mutable std::mutex mutex_;
    engine::Snapshot now_;
    std::shared_ptr<const engine::Snapshot> published_;
    search::Archive archive_;
    engine::TrainingCurves curves_{nullptr};
    std::set<point::PointId> trained_;
    int artefacts_ = 0;
    std::atomic<bool> hasSupernet_ = false;
};

/// What the screen shows of a fake session.
widgets::StudyView syntheticView(const engine::Session& session);

/// A model with a fake study of `count` points.
struct FakeStudy {
    FakeSession session;
    widgets::StudyModel model;

    explicit FakeStudy(std::size_t count, engine::StudySetup setup = {});
    /// The study is opened, again.
    void open();
    /// The model hears of the newest snapshot.
    void update() { model.setSnapshot(session.snapshot()); }
    /// What panels steer with.
    void attach(widgets::Steering& steering);
};

/// Makes fake sessions whatever the model; `made` is called with each new one.
widgets::SessionFactory fakeFactory(std::function<void(FakeSession&)> made = {});

} // namespace tandem::test
