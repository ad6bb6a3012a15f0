// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/session/session_controller.h"

#include "core/base/error.h"
#include "core/engine/run/feasibility.h"
#include "core/engine/study/unkept_study.h"
#include "widgets/models/format.h"

#include <chrono>
#include <limits>

namespace tandem::widgets {

namespace {

constexpr int kDisplayInterval = 33;   ///< ms between looks at the newest snapshot
constexpr int kTrainingInterval = 100; ///< ms between reports of a training
constexpr int kMostDoors = 64;         ///< openings that were given up and still go on, at most

/// What was made or read. Throws Error (Cancelled) where there is no session.
std::shared_ptr<OpenStudy> studyOf(std::unique_ptr<engine::Session> session,
                                   const std::filesystem::path& file, bool isNew,
                                   const FileTurns::Turn& turn) {
    if (!session) {
        throw cancelled();
    }
    return std::make_shared<OpenStudy>(std::move(session), file, isNew, turn);
}

QString openingText(engine::OpeningStep step, const QString& name) {
    switch (step) {
    case engine::OpeningStep::Model:
        return SessionController::tr("Reading %1").arg(name);
    case engine::OpeningStep::Space:
        return SessionController::tr("Finding out what %1 can be made of").arg(name);
    case engine::OpeningStep::Data:
        return SessionController::tr("Reading the data set of %1").arg(name);
    case engine::OpeningStep::Study:
        return SessionController::tr("Preparing the study of %1").arg(name);
    }
    return {};
}

} // namespace

SessionController::SessionController(SessionFactory factory, ExportJob exportJob, QObject* parent)
    : QObject(parent), factory_(std::move(factory)), exportJob_(std::move(exportJob)) {
    doors_.setMaxThreadCount(kMostDoors);
    timer_.setInterval(kDisplayInterval);
    connect(&timer_, &QTimer::timeout, this, &SessionController::fetch);
}

SessionController::~SessionController() {
    exportCancelled_.request_stop();
    refiningCancelled_.request_stop();
    cancelTraining();
    openingCancelled_.request_stop();
    doors_.waitForDone();
    reasons_.wait();
    exports_.wait();
    trainings_.wait();
    refiner_.wait();
    steering_.attach({}, {});
    study_.reset();
}

/// Next to whatever else is being opened. The answer to an opening that is not the newest
/// any more is dropped, and with it the study that it holds.
template <typename Work, typename Done>
void SessionController::open(Work work, Done done) {
    startWork(doors_, this, std::move(work),
              [this, number = opening_->number, done = std::move(done)](const auto& outcome) {
                  if (!opening_ || opening_->number != number) {
                      return;
                  }
                  if (outcome.index() == 1) {
                      done(std::get<1>(outcome));
                  } else if (opening_->next && opening_->next != opening_->setup) {
                      make(); // what was wanted since may do better
                  } else {
                      endOpening();
                      Q_EMIT failed(std::get<0>(outcome));
                  }
              });
}

void SessionController::begin(Opening opening) {
    openingCancelled_ = std::stop_source();
    opening.number = ++openings_;
    opening_ = std::move(opening);
}

void SessionController::endOpening() {
    openingCancelled_.request_stop();
    if (std::exchange(opening_, std::nullopt)) {
        Q_EMIT busyChanged({});
    }
}

void SessionController::openModel(const engine::StudySetup& setup, const std::filesystem::path& study) {
    close();
    begin({.file = study, .setup = setup});
    const QString name = fromUtf8(setup.model.filename().string());
    Q_EMIT busyChanged(openingText(engine::OpeningStep::Model, name));
    open([import = factory_.import, setup] { return import(setup); },
         [this, name](const engine::ModelPtr& model) {
             opening_->model = model;
             Q_EMIT networkImported(model->prepared);
             Q_EMIT busyChanged(openingText(engine::OpeningStep::Space, name));
             make();
         });
}

void SessionController::openStudy(const std::filesystem::path& study) {
    close();
    begin({.file = study, .isNew = false});
    Q_EMIT busyChanged(tr("Opening %1").arg(fromUtf8(study.filename().string())));
    run([open = factory_.open, study, follow = followed(study)](const FileTurns::Turn& turn) -> Made {
        return {studyOf(open(study, follow), study, false, turn), nullptr, {}};
    });
}

engine::Opening SessionController::followed(const std::filesystem::path& file) {
    const QString name = fromUtf8(file.filename().string());
    const auto begins = [this, number = opening_->number, name](engine::OpeningStep step) {
        QMetaObject::invokeMethod(
            this,
            [this, number, step, name] {
                if (opening_ && opening_->number == number) {
                    Q_EMIT busyChanged(openingText(step, name));
                }
            },
            Qt::QueuedConnection);
    };
    return {begins, openingCancelled_.get_token()};
}

std::optional<engine::StudySetup> SessionController::changeableSetup() const {
    if (opening_) {
        return opening_->next ? opening_->next : opening_->setup;
    }
    return isOpen() && isFresh() ? std::optional(study_->setup) : std::nullopt;
}

void SessionController::reconfigure(const engine::StudySetup& setup) {
    if (opening_ && opening_->setup) {
        opening_->next = setup;
        return;
    }
    if (opening_ || !isOpen() || !isFresh()) {
        return;
    }
    const engine::StudySetup& before = study_->setup;
    const bool sameModel = setup.model == before.model && setup.dimensions == before.dimensions;
    Opening opening{.file = open_->file(),
                    .isNew = open_->isNew(),
                    .model = sameModel ? model_ : nullptr,
                    .before = before,
                    .next = setup,
                    .replay = commands_};
    close();
    begin(std::move(opening));
    make();
}

/// Makes what is wanted now.
void SessionController::make() {
    if (opening_->next) {
        opening_->setup = std::exchange(opening_->next, std::nullopt);
    }
    if (opening_->before) {
        Q_EMIT busyChanged(tr("Preparing the study for %1").arg(fromUtf8(opening_->setup->device)));
    }
    run(makerOf(*opening_));
}

SessionController::Maker SessionController::makerOf(const Opening& opening) {
    return [factory = factory_, setup = *opening.setup, known = opening.model, before = opening.before,
            file = opening.file, isNew = opening.isNew,
            follow = followed(opening.setup->model)](const FileTurns::Turn& turn) -> Made {
        const auto made = [&](const engine::StudySetup& wanted, const QString& complaint) -> Made {
            const engine::ModelPtr model = known ? known : factory.import(wanted);
            if (before) {
                engine::removeStudy(file); // the one that this replaces
            }
            return {studyOf(factory.create(wanted, model, file, follow), file, isNew, turn), model,
                    complaint};
        };
        if (!before || *before == setup) {
            return made(setup, {});
        }
        const auto wanted = attempt([&] { return made(setup, {}); });
        return wanted.index() == 1 ? std::get<1>(wanted) : made(*before, std::get<0>(wanted));
    };
}

void SessionController::run(Maker maker) {
    open([maker = std::move(maker), ticket = turns_.draw(opening_->file),
          stop = openingCancelled_.get_token()] { return maker(ticket.wait(stop)); },
         [this](const Made& made) { showMade(made); });
}

void SessionController::showMade(const Made& made) {
    const bool isWanted = made.complaint.isEmpty();
    if (opening_->next && opening_->next != (isWanted ? opening_->setup : opening_->before)) {
        if (isWanted) {
            opening_->before = opening_->setup;
        }
        make(); // was changed meanwhile
        return;
    }
    const std::vector<engine::Command> replay = opening_->replay;
    endOpening();
    const auto adopted = attempt([&] {
        adopt(made, replay);
        return true;
    });
    if (adopted.index() == 0) {
        close();
        Q_EMIT failed(std::get<0>(adopted));
    }
}

void SessionController::adopt(const Made& made, const std::vector<engine::Command>& replay) {
    open_ = made.study;
    model_ = made.model;
    session_ = SessionPtr(open_, &open_->session());
    StudyView view = factory_.view(*session_);
    view.file = open_->file();
    view.session = session_;
    study_ = std::make_shared<const StudyView>(std::move(view));
    attachSteering();
    Q_EMIT studyChanged(study_);
    for (const engine::Command& command : replay) {
        steering_.submit(command);
    }
    timer_.start();
    fetch();
    if (const std::string notice = session_->notice(); !notice.empty()) {
        Q_EMIT noticed(fromUtf8(notice));
    }
    if (!made.complaint.isEmpty()) {
        Q_EMIT failed(made.complaint);
    }
}

void SessionController::attachSteering() {
    steering_.attach(
        [this](const engine::Command& command) {
            session_->submit(command);
            if (isFresh()) {
                commands_.push_back(command);
            } else {
                open_->keep();
            }
            fetch();
        },
        [session = session_](const engine::Command& command) { return session->preview(command); });
}

void SessionController::cancelOpening() {
    endOpening();
}

void SessionController::close() {
    endOpening();
    cancelTraining();
    std::exchange(refiningCancelled_, std::stop_source()).request_stop();
    setTraining(false);
    timer_.stop();
    steering_.attach({}, {});
    commands_.clear();
    snapshot_.reset();
    ladder_ = {};
    isSettled_ = false;
    study_.reset();
    if (session_) {
        Q_EMIT studyChanged(nullptr); // before the session goes: its joint space is part of what panels show
    }
    session_.reset();
    open_.reset();
    model_.reset();
}

void SessionController::start(const engine::Budget& budget) {
    if (!session_) {
        return;
    }
    const auto outcome = attempt([&] {
        session_->start(budget);
        return true;
    });
    if (outcome.index() == 0) {
        Q_EMIT failed(std::get<0>(outcome));
        return;
    }
    open_->keep();
    fetch();
}

void SessionController::pause() {
    if (session_) {
        session_->pause();
        fetch();
    }
}

void SessionController::fetch() {
    if (!session_) {
        return;
    }
    fetchLadder();
    SnapshotPtr newest = session_->snapshot();
    if (!newest || (snapshot_ && newest->generation == snapshot_->generation)) {
        return;
    }
    const auto newly = [&](engine::State state) {
        return newest->state == state && snapshot_ && snapshot_->state == engine::State::Running;
    };
    const bool newlyFailed =
        newest->state == engine::State::Failed && (!snapshot_ || snapshot_->state != engine::State::Failed);
    const bool newlyStands = newly(engine::State::Paused) || newly(engine::State::Finished);
    snapshot_ = std::move(newest);
    Q_EMIT snapshotChanged(snapshot_);
    if (newlyFailed) {
        Q_EMIT failed(fromUtf8(snapshot_->message));
    }
    if (newlyStands && snapshot_->front.empty()) {
        reasons_.run([snapshot = snapshot_] { return engine::whyNothingIsFeasible(*snapshot); },
                     [this](const Outcome<std::optional<std::string>>& why) {
                         if (why.index() == 1 && std::get<1>(why)) {
                             Q_EMIT noticed(tr("The front is empty: %1.").arg(fromUtf8(*std::get<1>(why))));
                         }
                     });
    }
}

void SessionController::fetchLadder() {
    engine::LadderStatus newest = session_->ladder();
    if (newest != ladder_) {
        ladder_ = std::move(newest);
        if (ladder_.hasSupernet) {
            settle();
        }
        Q_EMIT ladderChanged(ladder_);
    }
}

void SessionController::settle() {
    open_->keep();
    if (!std::exchange(isSettled_, true)) {
        Q_EMIT settled();
    }
}

void SessionController::setTraining(bool running) {
    if (std::exchange(isTraining_, running) != running) {
        Q_EMIT trainingChanged(running);
    }
}

bool SessionController::isShown(const std::weak_ptr<engine::Session>& session) const {
    return session_ && session.lock() == session_;
}

void SessionController::refine(point::PointId id) {
    if (!session_) {
        return;
    }
    ++refinements_;
    Q_EMIT refiningChanged(true);
    const std::stop_token cancel = refiningCancelled_.get_token();
    refiner_.run([session = session_, id, cancel] { return session->freeze(id, cancel).point; },
                 [this, cancel](const Outcome<point::Point>& outcome) {
                     --refinements_;
                     Q_EMIT refiningChanged(refinements_ > 0);
                     if (outcome.index() == 0 && !cancel.stop_requested()) {
                         Q_EMIT failed(std::get<0>(outcome));
                     }
                     fetch();
                 });
}

void SessionController::exportPoint(const ExportRequest& request) {
    if (!session_ || !exportJob_) {
        Q_EMIT exportFailed(tr("There is nothing to export from."));
        return;
    }
    exportCancelled_ = std::stop_source();
    const auto progress = [this](const std::string& doing, double done) {
        QMetaObject::invokeMethod(
            this, [this, doing, done] { Q_EMIT exportProgressed(fromUtf8(doing), done); },
            Qt::QueuedConnection);
    };
    exports_.run(
        [session = session_, job = exportJob_, request, progress, cancel = exportCancelled_.get_token()] {
            ExportOutcome outcome = job(*session, request, progress, cancel);
            if (!outcome.record.is_null()) {
                session->recordArtefact(request.point.id, "export", outcome.record);
            }
            return outcome;
        },
        [this](const Outcome<ExportOutcome>& outcome) {
            if (outcome.index() == 0) {
                Q_EMIT exportFailed(std::get<0>(outcome));
            } else {
                Q_EMIT exportFinished(std::get<1>(outcome));
            }
        });
}

template <typename Train, typename Finished>
void SessionController::runTraining(Train train, Finished finished) {
    if (!session_) {
        Q_EMIT trainingFailed(tr("There is nothing to train."));
        return;
    }
    trainingCancelled_ = std::stop_source();
    settle();
    setTraining(true);
    // The screen is told at its own rate, and of the last step.
    auto next = std::make_shared<std::chrono::steady_clock::time_point>();
    const std::weak_ptr<engine::Session> session = session_;
    const auto progress = [this, next, session](const engine::TrainingStatus& status) {
        const auto now = std::chrono::steady_clock::now();
        if (now < *next && status.step < status.steps) {
            return;
        }
        *next = now + std::chrono::milliseconds(kTrainingInterval);
        QMetaObject::invokeMethod(
            this,
            [this, status, session] {
                if (isShown(session)) {
                    Q_EMIT trainingProgressed(status);
                }
            },
            Qt::QueuedConnection);
    };
    trainings_.run([session = session_, train = std::move(train), progress,
                    cancel = trainingCancelled_.get_token()] { return train(*session, progress, cancel); },
                   [this, session, finished = std::move(finished)](const auto& outcome) {
                       if (!isShown(session)) {
                           return; // of a study that was closed
                       }
                       setTraining(false);
                       if (outcome.index() == 0) {
                           Q_EMIT trainingFailed(std::get<0>(outcome));
                       } else if (const auto& figures = std::get<1>(outcome)) {
                           finished(*figures);
                       } else {
                           Q_EMIT trainingStopped();
                       }
                       fetch();
                   });
}

void SessionController::train(point::PointId id, const engine::TrainingSettings& settings) {
    runTraining([id, settings](engine::Session& session, const auto& progress,
                               const auto& cancel) { return session.train(id, settings, progress, cancel); },
                [this](const engine::TrainingFigures& figures) { Q_EMIT trainingFinished(figures); });
}

void SessionController::trainFront(const engine::TrainingSettings& settings) {
    const std::weak_ptr<engine::Session> shown = session_;
    const auto begins = [this, shown](const engine::FrontStep& step) {
        QMetaObject::invokeMethod(
            this,
            [this, step, shown] {
                if (isShown(shown)) {
                    Q_EMIT frontStepped(step);
                }
            },
            Qt::QueuedConnection);
    };
    runTraining(
        [settings, begins](engine::Session& session, const auto& progress, const auto& cancel) {
            auto trained =
                engine::trainFront(session, session, settings, std::numeric_limits<std::size_t>::max(),
                                   begins, progress, cancel);
            return cancel.stop_requested() ? std::nullopt : std::optional(std::move(trained));
        },
        [this](const std::vector<engine::TrainedOfFront>& trained) { Q_EMIT frontFinished(trained.size()); });
}

void SessionController::trainSupernet(const engine::SupernetSettings& settings) {
    runTraining([settings](engine::Session& session, const auto& progress,
                           const auto& cancel) { return session.trainSupernet(settings, progress, cancel); },
                [this](const engine::SupernetFigures& figures) { Q_EMIT supernetFinished(figures); });
}

} // namespace tandem::widgets
