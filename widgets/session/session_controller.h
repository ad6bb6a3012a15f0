// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/background.h"
#include "widgets/session/export_job.h"
#include "widgets/session/open_study.h"
#include "widgets/session/steering.h"
#include "widgets/session/study_view.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <memory>
#include <optional>
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

/// Owns the session of the window. Whatever takes longer than a blink runs on other threads: openings,
/// exports, trainings and refinements each on their own, so that none keeps another waiting. The newest
/// snapshot is fetched at display rate, so the search never waits for the screen nor floods it.
class SessionController : public QObject {
    Q_OBJECT
  public:
    SessionController(SessionFactory factory, ExportJob exportJob, QObject* parent = nullptr);
    ~SessionController() override;

    /// Imports a model and makes a study of it. A study that is never started leaves no file behind.
    void openModel(const engine::StudySetup& setup, const std::filesystem::path& study);
    void openStudy(const std::filesystem::path& study);
    /// The set-up that reconfigure() would replace: that of the open study while it is fresh, or of the one
    /// that is being made.
    std::optional<engine::StudySetup> changeableSetup() const;
    /// Makes the study anew under another set-up, or as it was where that cannot be; pins and bounds are kept
    /// where they fit. Where a study is being made, as soon as that is done. Only where there is a
    /// changeableSetup().
    void reconfigure(const engine::StudySetup& setup);
    /// Forgets what is being opened.
    void cancelOpening();
    void close();

    void start(const engine::Budget& budget);
    void pause();
    void refine(point::PointId id);
    void exportPoint(const ExportRequest& request);
    void cancelExport() { exportCancelled_.request_stop(); }
    /// Trains a point; one at a time. What was trained when it is cancelled is gone on with the next time.
    void train(point::PointId id, const engine::TrainingSettings& settings);
    /// Trains what is untrained of the front, point after point, likewise.
    void trainFront(const engine::TrainingSettings& settings);
    /// Trains the study's supernet, likewise; no point is trained meanwhile.
    void trainSupernet(const engine::SupernetSettings& settings);
    void cancelTraining() { trainingCancelled_.request_stop(); }
    bool isTraining() const { return isTraining_; }

    Steering& steering() { return steering_; }
    const StudyViewPtr& study() const { return study_; }
    const SnapshotPtr& snapshot() const { return snapshot_; }
    std::filesystem::path studyPath() const { return open_ ? open_->file() : std::filesystem::path(); }
    bool isOpen() const { return static_cast<bool>(open_); }
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
    /// A training began or ended.
    void trainingChanged(bool running);
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
    using SessionPtr = std::shared_ptr<engine::Session>;
    /// A study that is being made or read.
    struct Opening {
        std::uint64_t number = 0; ///< answers to older ones are dropped
        std::filesystem::path file = {};
        bool isNew = true;                             ///< the file comes from here
        std::optional<engine::StudySetup> setup = {};  ///< that it is made under; nothing where it is read
        engine::ModelPtr model = {};                   ///< of the set-up, where it is known already
        std::optional<engine::StudySetup> before = {}; ///< to go back to where that cannot be
        std::optional<engine::StudySetup> next = {};   ///< wanted since
        std::vector<engine::Command> replay = {};
    };
    /// A study, and what stands against the one that was wanted.
    struct Made {
        std::shared_ptr<OpenStudy> study;
        engine::ModelPtr model; ///< null where the study was read
        QString complaint;
    };
    using Maker = std::function<Made(const FileTurns::Turn&)>;
    template <typename Work, typename Done>
    void open(Work work, Done done);
    void begin(Opening opening);
    void make();
    void run(Maker maker);
    void showMade(const Made& made);
    void adopt(const Made& made, const std::vector<engine::Command>& replay);
    Maker makerOf(const Opening& opening);
    /// Tells the steps of the newest opening and ends with it.
    engine::Opening followed(const std::filesystem::path& file);
    void endOpening();
    void attachSteering();
    void fetch();
    void fetchLadder();
    void settle();
    void setTraining(bool running);
    /// Whether work was begun for the study that is open now.
    bool isShown(const std::weak_ptr<engine::Session>& session) const;
    /// Runs `train(session, progress, cancel)` in the background; `finished` gets the figures that it gave.
    template <typename Train, typename Finished>
    void runTraining(Train train, Finished finished);

    SessionFactory factory_;
    ExportJob exportJob_;
    Steering steering_;
    QTimer timer_;
    std::shared_ptr<OpenStudy> open_;
    engine::ModelPtr model_; ///< of the open study, if it was made here
    SessionPtr session_;     ///< open_'s; work in the background holds on to both with it
    StudyViewPtr study_;
    SnapshotPtr snapshot_;
    engine::LadderStatus ladder_;
    std::vector<engine::Command> commands_; ///< steering before the first point, to repeat it
    bool isSettled_ = false;                ///< something was trained
    bool isTraining_ = false;
    int refinements_ = 0; ///< that were asked for and have not come
    std::uint64_t openings_ = 0;
    std::optional<Opening> opening_;
    FileTurns turns_;
    std::stop_source openingCancelled_, trainingCancelled_;
    std::stop_source exportCancelled_, refiningCancelled_;
    // Last: they wait for work that uses the above.
    QThreadPool doors_; ///< a thread for each opening: one that was given up may still be at work
    Lane exports_{this}, trainings_{this}, refiner_{this}, reasons_{this};
};

} // namespace tandem::widgets
