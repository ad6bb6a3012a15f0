// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/session/session_controller.h"

#include "core/base/error.h"
#include "widgets/models/format.h"

#include <chrono>
#include <limits>
#include <new>
#include <type_traits>
#include <variant>

namespace tandem::widgets {

namespace {

constexpr int kDisplayInterval = 33;   ///< ms between looks at the newest snapshot
constexpr int kTrainingInterval = 100; ///< ms between reports of a training

/// What work gave, or the sentence that says why it failed.
template <typename Result>
using Outcome = std::variant<QString, Result>;

template <typename Work>
auto attempt(const Work& work) -> Outcome<std::invoke_result_t<Work>> {
    try {
        return Outcome<std::invoke_result_t<Work>>(std::in_place_index<1>, work());
    } catch (const Error& error) {
        return Outcome<std::invoke_result_t<Work>>(std::in_place_index<0>, fromUtf8(error.what()));
    } catch (const std::bad_alloc&) {
        return Outcome<std::invoke_result_t<Work>>(
            std::in_place_index<0>, SessionController::tr("There is not enough memory for this."));
    }
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
    timer_.setInterval(kDisplayInterval);
    connect(&timer_, &QTimer::timeout, this, &SessionController::fetch);
}

SessionController::~SessionController() {
    exportCancelled_ = true;
    cancelTraining();
    forgetOpening();
    pool_.waitForDone();
    session_.reset();
    unkept_.reset();
}

template <typename Work, typename Done>
void SessionController::inBackground(Work work, Done done) {
    pool_.start([this, work = std::move(work), done = std::move(done)] {
        auto outcome = std::make_shared<Outcome<std::invoke_result_t<Work>>>(attempt(work));
        QMetaObject::invokeMethod(
            this, [outcome, done] { done(*outcome); }, Qt::QueuedConnection);
    });
}

void SessionController::openModel(const engine::StudySetup& setup, const std::filesystem::path& study) {
    close();
    const std::uint64_t opening = opening_;
    const QString name = fromUtf8(setup.model.filename().string());
    Q_EMIT busyChanged(openingText(engine::OpeningStep::Model, name));
    inBackground([import = factory_.import, setup] { return import(setup); },
                 [this, opening, setup, study, name](const Outcome<engine::ModelPtr>& outcome) {
                     if (opening != opening_) {
                         return;
                     }
                     if (outcome.index() == 0) {
                         Q_EMIT busyChanged({});
                         Q_EMIT failed(std::get<0>(outcome));
                         return;
                     }
                     const engine::ModelPtr& model = std::get<1>(outcome);
                     Q_EMIT networkImported(model->prepared);
                     Q_EMIT busyChanged(openingText(engine::OpeningStep::Space, name));
                     make(
                         [create = factory_.create, setup, model, study, follow = followed(name)] {
                             return madeOf(create(setup, model, study, follow), study, model, {});
                         },
                         study, {});
                 });
}

void SessionController::openStudy(const std::filesystem::path& study) {
    close();
    const QString name = fromUtf8(study.filename().string());
    Q_EMIT busyChanged(tr("Opening %1").arg(name));
    make(
        [open = factory_.open, study, follow = followed(name)] {
            return Made{nullptr, open(study, follow), nullptr, {}};
        },
        study, {});
}

void SessionController::reconfigure(const engine::StudySetup& setup) {
    if (!isFresh()) {
        return;
    }
    const std::filesystem::path path = path_;
    const std::filesystem::path unkept = unkept_ ? path_ : std::filesystem::path(); // others stay
    const engine::StudySetup before = study_->setup;
    std::vector<engine::Command> replay = commands_;
    engine::ModelPtr model =
        setup.model == before.model && setup.dimensions == before.dimensions ? model_ : engine::ModelPtr();
    close();
    Q_EMIT busyChanged(tr("Preparing the study for %1").arg(fromUtf8(setup.device)));
    make(
        [factory = factory_, setup, before, path, unkept, known = std::move(model),
         follow = followed(fromUtf8(setup.model.filename().string()))]() -> Made {
            const auto made = [&](const engine::StudySetup& wanted, const QString& complaint) -> Made {
                const engine::ModelPtr model = known ? known : factory.import(wanted);
                engine::removeStudy(path);
                return madeOf(factory.create(wanted, model, path, follow), unkept, model, complaint);
            };
            try {
                return made(setup, {});
            } catch (const Error& error) {
                return made(before, fromUtf8(error.what()));
            }
        },
        path, std::move(replay));
}

/// `study`: the file that goes unless something is done with it; there is one only where a session is.
SessionController::Made SessionController::madeOf(std::shared_ptr<engine::Session> session,
                                                  const std::filesystem::path& study,
                                                  const engine::ModelPtr& model, const QString& complaint) {
    auto unkept = session ? std::make_shared<engine::UnkeptStudy>(study) : nullptr;
    return {std::move(unkept), std::move(session), model, complaint};
}

engine::Opening SessionController::followed(const QString& name) {
    const std::uint64_t opening = opening_;
    const auto begins = [this, opening, name](engine::OpeningStep step) {
        QMetaObject::invokeMethod(
            this,
            [this, opening, step, name] {
                if (opening == opening_) {
                    Q_EMIT busyChanged(openingText(step, name));
                }
            },
            Qt::QueuedConnection);
    };
    return {begins, openingCancelled_.get_token()};
}

void SessionController::make(Maker maker, const std::filesystem::path& path,
                             std::vector<engine::Command> replay) {
    const std::uint64_t opening = opening_;
    inBackground(std::move(maker),
                 [this, opening, path, replay = std::move(replay)](const Outcome<Made>& outcome) {
                     if (opening != opening_) {
                         return; // cancelled; the session and its new file go with the outcome
                     }
                     Q_EMIT busyChanged({});
                     if (outcome.index() == 0) {
                         Q_EMIT failed(std::get<0>(outcome));
                         return;
                     }
                     const Made& made = std::get<1>(outcome);
                     adopt(made, path, replay);
                     if (!made.complaint.isEmpty()) {
                         Q_EMIT failed(made.complaint);
                     }
                 });
}

void SessionController::adopt(const Made& made, const std::filesystem::path& path,
                              const std::vector<engine::Command>& replay) {
    session_ = made.session;
    model_ = made.model;
    path_ = path;
    unkept_ = made.unkept;
    study_ = std::make_shared<const StudyView>(factory_.view(*session_));
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
}

void SessionController::attachSteering() {
    steering_.attach(
        [this](const engine::Command& command) {
            session_->submit(command);
            if (isFresh()) {
                commands_.push_back(command);
            }
            if (!isFresh()) {
                keepStudy();
            }
            fetch();
        },
        [this](const engine::Command& command) { return session_->preview(command); });
}

void SessionController::cancelOpening() {
    forgetOpening();
    Q_EMIT busyChanged({});
}

void SessionController::forgetOpening() {
    ++opening_;
    openingCancelled_.request_stop();
    openingCancelled_ = std::stop_source();
}

void SessionController::keepStudy() {
    if (unkept_) {
        unkept_->keep();
        unkept_.reset();
    }
}

void SessionController::close() {
    forgetOpening();
    cancelTraining();
    timer_.stop();
    steering_.attach({}, {});
    commands_.clear();
    model_.reset();
    snapshot_.reset();
    ladder_ = {};
    isSettled_ = false;
    study_.reset();
    path_.clear();
    if (session_) {
        Q_EMIT studyChanged(nullptr); // before the session goes: its joint space is part of what panels show
    }
    session_.reset();
    unkept_.reset();
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
    keepStudy();
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
    const bool newlyFailed =
        newest->state == engine::State::Failed && (!snapshot_ || snapshot_->state != engine::State::Failed);
    snapshot_ = std::move(newest);
    if (!isFresh()) {
        model_.reset();
    }
    Q_EMIT snapshotChanged(snapshot_);
    if (newlyFailed) {
        Q_EMIT failed(fromUtf8(snapshot_->message));
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
    keepStudy();
    model_.reset();
    if (!std::exchange(isSettled_, true)) {
        Q_EMIT settled();
    }
}

void SessionController::refine(point::PointId id) {
    if (!session_) {
        return;
    }
    Q_EMIT refiningChanged(true);
    inBackground([session = session_, id] { return session->refine(id); },
                 [this](const Outcome<point::Point>& outcome) {
                     Q_EMIT refiningChanged(false);
                     if (outcome.index() == 0) {
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
    exportCancelled_ = false;
    const auto progress = [this](const std::string& doing, double done) {
        QMetaObject::invokeMethod(
            this, [this, doing, done] { Q_EMIT exportProgressed(fromUtf8(doing), done); },
            Qt::QueuedConnection);
        return !exportCancelled_.load();
    };
    const std::shared_ptr<engine::Session> session = session_;
    inBackground([session, job = exportJob_, request, progress] { return job(*session, request, progress); },
                 [this, session, request](const Outcome<ExportOutcome>& outcome) {
                     if (outcome.index() == 0) {
                         Q_EMIT exportFailed(std::get<0>(outcome));
                         return;
                     }
                     const ExportOutcome& result = std::get<1>(outcome);
                     if (!result.record.is_null()) {
                         session->recordArtefact(request.point.id, "export", result.record);
                     }
                     Q_EMIT exportFinished(result);
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
                if (session_ && session.lock() == session_) {
                    Q_EMIT trainingProgressed(status);
                }
            },
            Qt::QueuedConnection);
    };
    inBackground([session = session_, train = std::move(train), progress,
                  cancel = trainingCancelled_.get_token()] { return train(*session, progress, cancel); },
                 [this, session, finished = std::move(finished)](const auto& outcome) {
                     if (!session_ || session.lock() != session_) {
                         return; // of a study that is no longer shown
                     }
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
                if (session_ && shown.lock() == session_) {
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
