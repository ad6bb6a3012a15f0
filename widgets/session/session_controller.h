// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "core/engine/study/unkept_study.h"
#include "widgets/session/export_job.h"
#include "widgets/session/steering.h"
#include "widgets/session/study_view.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <memory>
#include <stop_token>

namespace tandem::widgets {

/// How sessions come into being. The program gives the real ones, tests give their own. All but `view` run
/// off the screen's thread and throw Error.
struct SessionFactory {
    /// The model of a set-up: its network is shown while the session is made of it.
    std::function<engine::ModelPtr(const engine::StudySetup& setup)> import;
    std::function<std::unique_ptr<engine::Session>(
        const engine::StudySetup& setup, const engine::ModelPtr& model, const std::filesystem::path& study,
        const engine::Opening& opening)>
        create; ///< null where it was cancelled
    std::function<std::unique_ptr<engine::Session>(const std::filesystem::path& study,
                                                   const engine::Opening& opening)>
        open; ///< likewise
    std::function<StudyView(const engine::Session& session)> view;
};

/// Owns the session of the window. Whatever takes longer than a blink runs on other threads; the newest
/// snapshot is fetched at display rate, so the search never waits for the screen nor floods it.
class SessionController : public QObject {
    Q_OBJECT
  public:
    SessionController(SessionFactory factory, ExportJob exportJob, QObject* parent = nullptr);
    ~SessionController() override;

    /// Imports a model and makes a study of it. A study that is never started leaves no file behind.
    void openModel(const engine::StudySetup& setup, const std::filesystem::path& study);
    void openStudy(const std::filesystem::path& study);
    /// Makes the study anew under another set-up, or as it was where that cannot be; pins and bounds are kept
    /// where they fit. Only while it is fresh.
    void reconfigure(const engine::StudySetup& setup);
    /// Ends what is being opened; it leaves no file behind.
    void cancelOpening();
    void close();

    void start(const engine::Budget& budget);
    void pause();
    void refine(point::PointId id);
    void exportPoint(const ExportRequest& request);
    void cancelExport() { exportCancelled_ = true; }
    /// Trains a point; one at a time. What was trained when it is cancelled is gone on with the next time.
    void train(point::PointId id, const engine::TrainingSettings& settings);
    /// Trains what is untrained of the front, point after point, likewise.
    void trainFront(const engine::TrainingSettings& settings);
    /// Trains the study's supernet, likewise; no point is trained meanwhile.
    void trainSupernet(const engine::SupernetSettings& settings);
    void cancelTraining() { trainingCancelled_.request_stop(); }

    Steering& steering() { return steering_; }
    const StudyViewPtr& study() const { return study_; }
    const SnapshotPtr& snapshot() const { return snapshot_; }
    const std::filesystem::path& studyPath() const { return path_; }
    bool isOpen() const { return static_cast<bool>(session_); }
    /// Whether what the study starts from may still be changed: nothing was searched or trained.
    bool isFresh() const { return !isSettled_ && (!snapshot_ || snapshot_->points.size() == 0); }

  Q_SIGNALS:
    void networkImported(const std::shared_ptr<const tandem::nn::Graph>& network);
    /// Another study, or none.
    void studyChanged(const tandem::widgets::StudyViewPtr& study);
    /// Something was trained: what the study starts from stays as it is, though there may be no points yet.
    void settled();
    void snapshotChanged(const tandem::widgets::SnapshotPtr& snapshot);
    /// What is being opened; empty when nothing is any more.
    void busyChanged(const QString& doing);
    void failed(const QString& sentence);
    /// Something worth knowing about the study that was opened.
    void noticed(const QString& sentence);
    void refiningChanged(bool refining);
    void exportProgressed(const QString& doing, double done);
    void exportFinished(const tandem::widgets::ExportOutcome& outcome);
    void exportFailed(const QString& sentence);
    void trainingProgressed(const tandem::engine::TrainingStatus& status);
    void trainingFinished(const tandem::engine::TrainingFigures& figures);
    /// trainFront() goes on with another point.
    void frontStepped(const tandem::engine::FrontStep& step);
    /// So many points were trained.
    void frontFinished(std::size_t trained);
    void supernetFinished(const tandem::engine::SupernetFigures& figures);
    /// It was cancelled.
    void trainingStopped();
    void trainingFailed(const QString& sentence);
    /// The points climbed, or began or ceased to.
    void ladderChanged(const tandem::engine::LadderStatus& ladder);

  private:
    /// A session, what it was made of, and what stands against the one that was wanted.
    struct Made {
        std::shared_ptr<engine::UnkeptStudy> unkept; ///< goes after the session; null: nothing was made
        std::shared_ptr<engine::Session> session;
        engine::ModelPtr model; ///< null where the study was there before
        QString complaint;
    };
    using Maker = std::function<Made()>;
    static Made madeOf(std::shared_ptr<engine::Session> session, const std::filesystem::path& study,
                       const engine::ModelPtr& model, const QString& complaint);
    template <typename Work, typename Done>
    void inBackground(Work work, Done done);
    void make(Maker maker, const std::filesystem::path& path, std::vector<engine::Command> replay);
    void adopt(const Made& made, const std::filesystem::path& path,
               const std::vector<engine::Command>& replay);
    /// Tells what the opening of `name` does, and is cancelled with it.
    engine::Opening followed(const QString& name);
    void forgetOpening();
    void keepStudy();
    void attachSteering();
    void fetch();
    void fetchLadder();
    void settle();
    /// Runs `train(session, progress, cancel)` in the background; `finished` gets the figures that it gave.
    template <typename Train, typename Finished>
    void runTraining(Train train, Finished finished);

    SessionFactory factory_;
    ExportJob exportJob_;
    Steering steering_;
    QThreadPool pool_;
    QTimer timer_;
    std::shared_ptr<engine::Session> session_;
    StudyViewPtr study_;
    SnapshotPtr snapshot_;
    engine::LadderStatus ladder_;
    std::filesystem::path path_;
    engine::ModelPtr model_;                      ///< of a study that is fresh, to make it anew; may be null
    std::vector<engine::Command> commands_;       ///< steering before the first point, to repeat it
    std::shared_ptr<engine::UnkeptStudy> unkept_; ///< of a file that came from here until something is done
    bool isSettled_ = false;                      ///< something was trained
    std::uint64_t opening_ = 0;                   ///< number of the newest opening; older ones are dropped
    std::stop_source openingCancelled_;
    std::atomic<bool> exportCancelled_{false};
    std::stop_source trainingCancelled_;
};

} // namespace tandem::widgets
