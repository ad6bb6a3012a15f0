// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run/runner.h"

#include "core/engine/evaluation/local_backend.h"

#include <algorithm>
#include <map>
#include <utility>

namespace tandem::engine {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLargestBatch = 4096;
constexpr double kBatchSeconds = 0.02; // a command waits no longer than about this
constexpr auto kPublication = 16ms;
constexpr auto kRateWindow = 1s;
constexpr auto kSaveInterval = 10s; // of what the search needs to go on from the study file

double secondsBetween(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

search::Rules firstRulesOf(const Problem& problem) {
    search::Rules rules;
    rules.ranges = point::fullRanges(problem.space);
    rules = rulesAfter(SetObjectives{problem.objectives}, std::move(rules), problem.space,
                       problem.fixedConstraints);
    return rulesAfter(SetConstraints{problem.constraints}, std::move(rules), problem.space,
                      problem.fixedConstraints);
}

std::unique_ptr<Backend> backendOf(const Problem& problem, const ThreadBudget::Claim& threads) {
    return problem.makeBackend ? problem.makeBackend()
                               : std::make_unique<LocalBackend>(problem.evaluate, threads);
}

} // namespace

SearchRunner::SearchRunner(Problem problem, std::unique_ptr<store::StudyFile> file)
    : problem_(std::move(problem)),
      file_(std::move(file)),
      threads_((problem_.threads ? *problem_.threads : ThreadBudget()).claim(0)),
      evaluation_(backendOf(problem_, threads_)),
      lag_(problem_.lag),
      firstRules_(firstRulesOf(problem_)),
      archive_(firstRules_) {
    search::makeAlgorithm(problem_.algorithm, problem_.space, firstRules_,
                          problem_.seed); // refuses a wrong name
    threads_.rest();
    plannedRules_ = firstRules_;
    epochs_.push_back({0, "start", 0});
    if (file_) {
        settleLag();
        checkSpace();
        load();
    }
    publish();
    thread_ = std::thread([this] { run(); });
}

SearchRunner::~SearchRunner() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        wanted_ = false;
        preparing_.request_stop();
        closing_.request_stop();
        changed_.notify_all();
    }
    thread_.join();
}

void SearchRunner::start(const Budget& budget) {
    const std::lock_guard lock(mutex_);
    budget_ = budget;
    wanted_ = true;
    restarted_ = true;
    error_.reset();
    starting_ = true;
    changed_.notify_all();
    const std::lock_guard snapshotLock(snapshotMutex_);
    auto running = std::make_shared<Snapshot>(*snapshot_);
    ++running->generation;
    running->state = State::Running;
    running->message.clear();
    snapshot_ = std::move(running);
}

void SearchRunner::pause() {
    const std::lock_guard lock(mutex_);
    wanted_ = false;
    preparing_.request_stop();
    changed_.notify_all();
}

void SearchRunner::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
        return !wanted_ && !starting_ && !busy_ && queue_.empty() && refinements_.empty();
    });
    if (error_) {
        throw Error(*error_);
    }
}

SearchRunner::Queued SearchRunner::checked(const Command& command, const search::Rules& rules) const {
    Queued queued{command, {}, rulesAfter(command, rules, problem_.space, problem_.fixedConstraints)};
    if (const auto* inject = std::get_if<Inject>(&command)) {
        point::Encoding base = problem_.space.importedPoint();
        if (inject->base) {
            const std::shared_ptr<const Snapshot> known = snapshot();
            if (*inject->base >= known->points.size()) {
                throw inputError("there is no point {}: the study has {} points", *inject->base,
                                 known->points.size());
            }
            base = known->points[*inject->base].encoding;
        }
        queued.injected = injectedProposal(*inject, std::move(base), rules.ranges, problem_.space);
    }
    return queued;
}

void SearchRunner::submit(const Command& command) {
    const std::lock_guard lock(mutex_);
    Queued queued = checked(command, plannedRules_);
    plannedRules_ = queued.rules;
    queue_.push_back(std::move(queued));
    changed_.notify_all();
}

Preview SearchRunner::preview(const Command& command) const {
    const std::shared_ptr<const Snapshot> known = snapshot();
    return previewOf(*known, checked(command, known->rules).rules);
}

void SearchRunner::refine(point::Point point) {
    const std::lock_guard lock(mutex_);
    refinements_.push_back(std::move(point));
    changed_.notify_all();
}

std::shared_ptr<const Snapshot> SearchRunner::snapshot() const {
    const std::lock_guard lock(snapshotMutex_);
    return snapshot_;
}

void SearchRunner::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        const bool work =
            wanted_ || starting_ || state_ == State::Running || !queue_.empty() || !refinements_.empty();
        if (!work && ending_) {
            return;
        }
        if (!work) {
            busy_ = false;
            changed_.notify_all();
            changed_.wait(lock);
            continue;
        }
        busy_ = true;
        try {
            serve(lock);
        } catch (const std::exception& failure) {
            if (!lock.owns_lock()) {
                lock.lock();
            }
            // What was under way is asked for anew when the search goes on.
            evaluation_.clear();
            exchange_.reset();
            const auto* known = dynamic_cast<const Error*>(&failure);
            if (known != nullptr && known->kind() == ErrorKind::Cancelled) {
                if (!wanted_) { // else it was started again meanwhile
                    stop(State::Paused, "");
                }
                continue;
            }
            error_ = known != nullptr ? *known : workError("the search failed: {}", failure.what());
            stop(State::Failed, error_->what());
        }
    }
}

void SearchRunner::prepareProblem(const std::stop_token& cancel) {
    if (isPrepared_ || !problem_.prepare) {
        return;
    }
    const std::thread::id self = std::this_thread::get_id();
    problem_.prepare(
        [&](std::string_view what, double done) {
            if (std::this_thread::get_id() == self) {
                message_ = fmt::format("{} ({:.0f} %)", what, 100.0 * done);
                publishAtDisplayRate();
            }
        },
        cancel);
    message_.clear();
    isPrepared_ = true;
}

/// One step: a command, what was refined, a batch, or the standstill. `lock` is held at both ends.
void SearchRunner::serve(std::unique_lock<std::mutex>& lock) {
    if (evaluation_.underWay() > 0 && (!queue_.empty() || !wanted_)) {
        lock.unlock();
        evaluateSome();
        lock.lock();
    } else if (!queue_.empty()) {
        const Queued command = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        apply(command);
        publish();
        lock.lock();
    } else if (refinementsAreDue()) {
        std::vector<point::Point> refinements = std::exchange(refinements_, {});
        lock.unlock();
        applyRefinements(std::move(refinements));
        publish();
        lock.lock();
    } else if (!wanted_) {
        stop(State::Paused, "");
        return;
    } else if (restarted_) {
        begin(lock);
        return;
    } else {
        searchOn(lock);
        return;
    }
    if (!wanted_ && evaluation_.underWay() == 0 && queue_.empty() && refinements_.empty()) {
        const bool wasRunning = state_ == State::Running;
        stop(wasRunning ? State::Paused : state_, wasRunning ? "" : message_);
    }
}

void SearchRunner::begin(std::unique_lock<std::mutex>& lock) {
    restarted_ = false;
    secondsBefore_ = secondsSoFar();
    state_ = State::Idle; // the clock stands while it prepares
    threads_.want(budget_.threads);
    preparing_ = {};
    const std::stop_token cancel = preparing_.get_token();
    lock.unlock();
    prepareProblem(cancel);
    prepareExchange();
    lock.lock();
    message_.clear();
    rates_.clear();
    runStart_ = Clock::now();
    nextSave_ = runStart_ + kSaveInterval;
    state_ = State::Running;
    starting_ = false;
}

void SearchRunner::searchOn(std::unique_lock<std::mutex>& lock) {
    const std::optional<std::string> reason = reasonToFinish();
    if (!reason && file_ && file_->failure()) {
        stop(State::Paused, "");
        if (error_) {
            return;
        }
        wanted_ = true; // writing works again
        restarted_ = true;
        return;
    }
    // Asked under the lock: a command that is sent after this moment finds these points already asked for.
    std::vector<search::Proposal> asked = reason ? std::vector<search::Proposal>() : askMore();
    if (asked.empty() && evaluation_.underWay() == 0) {
        stop(State::Finished, reason.value_or("every point inside the ranges is evaluated"));
        return;
    }
    lock.unlock();
    evaluation_.submit(std::move(asked));
    evaluateSome();
    if (Clock::now() >= nextSave_) {
        saveState();
        nextSave_ = Clock::now() + kSaveInterval;
    }
    lock.lock();
}

std::vector<search::Proposal> SearchRunner::askMore() {
    const auto left = [](std::size_t most, std::size_t used) { return most - std::min(most, used); };
    std::size_t count = left(batchSize(), evaluation_.underWay());
    if (budget_.evaluations > 0) {
        count = std::min(count, left(budget_.evaluations, exchange_->asked()));
    }
    return exchange_->ask(count, points_, points_.size());
}

/// Waits for results and takes those whose turn it is.
void SearchRunner::evaluateSome() {
    const Clock::time_point begin = Clock::now();
    std::vector<OrderedEvaluation::Evaluated> evaluated = evaluation_.collect();
    if (!evaluated.empty()) {
        const double each = secondsBetween(begin, Clock::now()) / static_cast<double>(evaluated.size());
        secondsPerPoint_ = secondsPerPoint_ == 0.0 ? each : 0.8 * secondsPerPoint_ + 0.2 * each;
    }
    take(std::move(evaluated));
    publishAtDisplayRate();
}

std::optional<std::string> SearchRunner::reasonToFinish() const {
    if (budget_.evaluations > 0 && points_.size() >= budget_.evaluations) {
        return fmt::format("{} points are evaluated", points_.size());
    }
    if (budget_.seconds > 0.0 && secondsBetween(runStart_, Clock::now()) >= budget_.seconds) {
        return fmt::format("{} seconds are over", budget_.seconds);
    }
    return std::nullopt;
}

std::size_t SearchRunner::batchSize() const {
    const std::size_t slots = evaluation_.backend().slots();
    if (secondsPerPoint_ == 0.0) {
        return slots;
    }
    return std::max(
        slots, static_cast<std::size_t>(std::min<double>(kBatchSeconds / secondsPerPoint_, kLargestBatch)));
}

OrderedEvaluation::Evaluated SearchRunner::evaluateAlone(const search::Proposal& proposal) {
    prepareProblem(closing_.get_token()); // a pause drops no command
    evaluation_.submit({proposal});
    while (true) {
        std::vector<OrderedEvaluation::Evaluated> evaluated = evaluation_.collect();
        if (!evaluated.empty()) {
            return std::move(evaluated.front());
        }
    }
}

void SearchRunner::take(std::vector<OrderedEvaluation::Evaluated> evaluated) {
    std::vector<point::Point> batch;
    batch.reserve(evaluated.size());
    for (OrderedEvaluation::Evaluated& each : evaluated) {
        batch.push_back({points_.size() + batch.size(), epochs_.back().epoch,
                         std::move(each.proposal.encoding), each.metrics, each.proposal.origin,
                         each.proposal.fidelity});
        archive_.add(batch.back());
    }
    if (file_) {
        file_->appendPoints(batch);
    }
    for (point::Point& point : batch) {
        points_.append(std::move(point));
    }
}

void SearchRunner::stop(State state, const std::string& message) {
    if (state_ == State::Running) {
        secondsBefore_ = secondsSoFar();
    }
    wanted_ = false;
    starting_ = false;
    state_ = state;
    message_ = message;
    threads_.rest();
    saveState();
    if (file_) {
        file_->setValue("seconds", fmt::format("{}", secondsBefore_));
        try {
            file_->flush();
        } catch (const Error& failure) {
            error_ = failure;
            state_ = state_ == State::Finished ? State::Paused : state_;
            message_ = failure.what();
        }
    }
    publish();
}

void SearchRunner::apply(const Queued& queued) {
    // Evaluated before it is written down: an injection that fails leaves no epoch without a point.
    std::vector<OrderedEvaluation::Evaluated> injected;
    if (std::holds_alternative<Inject>(queued.command)) {
        injected.push_back(evaluateAlone(queued.injected));
    }
    const std::size_t firstPoint = points_.size();
    epochs_.push_back({static_cast<std::uint32_t>(epochs_.size()), describe(queued.command), firstPoint});
    commands_.push_back(queued.command);
    if (file_) {
        file_->appendEpoch({epochs_.back().epoch, epochs_.back().text, toJson(queued.command), firstPoint});
    }
    if (!injected.empty()) {
        take(std::move(injected));
        if (exchange_) {
            exchange_->adopt(points_.size());
        }
        return;
    }
    rankAll(queued.rules);
    if (exchange_) {
        steerExchange(firstPoint, queued.rules);
    }
}

/// At once where the search stands; while it runs, as often as a screen shows it and at most for a twentieth
/// of the time.
bool SearchRunner::refinementsAreDue() const {
    return !refinements_.empty() && (!wanted_ || Clock::now() >= nextRefinements_);
}

void SearchRunner::applyRefinements(std::vector<point::Point> points) {
    const Clock::time_point begin = Clock::now();
    std::map<point::PointId, point::Point> refined;
    std::vector<search::Values> lost;
    for (const point::Point& found : points) {
        if (found.id >= points_.size()) {
            continue;
        }
        point::Point& point = refined.try_emplace(found.id, points_[found.id]).first->second;
        const point::Point before = point;
        point.metrics.improve(found.metrics);
        if (const std::optional<search::Values> gap = archive_.refine(before, point)) {
            lost.push_back(*gap);
        }
        if (file_) {
            file_->appendRefinement(point, points_.size());
        }
    }
    std::vector<point::Point> better;
    for (auto& [id, point] : refined) {
        better.push_back(std::move(point));
    }
    points_.refine(std::move(better));
    if (!lost.empty()) {
        fillGaps(archive_, points_, lost, threads_.threads());
    }
    nextRefinements_ = Clock::now() + std::max<Clock::duration>(kPublication, 20 * (Clock::now() - begin));
}

void SearchRunner::rankAll(const search::Rules& rules) {
    archive_ = rankPoints(points_, points_.size(), rules);
    volumeVersion_ = 0; // the new archive counts its versions anew
    frontVersion_ = 0;
}

double SearchRunner::secondsSoFar() const {
    return secondsBefore_ + (state_ == State::Running ? secondsBetween(runStart_, Clock::now()) : 0.0);
}

void SearchRunner::publishAtDisplayRate() {
    if (Clock::now() >= nextPublication_) {
        publish();
    }
}

void SearchRunner::publish() {
    const Clock::time_point now = Clock::now();
    // The volume of a large front takes long; it gets at most a twentieth of the time.
    if (volumeVersion_ != archive_.version() && (now >= nextVolume_ || state_ != State::Running)) {
        frontVolume_ = volume_.of(archive_, points_);
        volumeVersion_ = archive_.version();
        nextVolume_ = Clock::now() + 20 * (Clock::now() - now);
    }
    if (frontVersion_ != archive_.version()) {
        front_ = archive_.front();
        frontVersion_ = archive_.version();
    }
    rates_.emplace_back(now, points_.size());
    while (rates_.size() > 2 && now - rates_[1].first > kRateWindow) {
        rates_.pop_front();
    }
    auto next = std::make_shared<Snapshot>();
    next->state = starting_ ? State::Running : state_;
    next->message = message_;
    next->points = points_;
    next->front = front_;
    next->hypervolume = frontVolume_;
    next->rules = archive_.rules();
    next->fixedConstraints = problem_.fixedConstraints.size();
    next->epoch = epochs_.back().epoch;
    next->epochs = epochs_;
    next->seconds = secondsSoFar();
    const double window = secondsBetween(rates_.front().first, now);
    if (state_ == State::Running && window > 0.0) {
        next->pointsPerSecond = static_cast<double>(points_.size() - rates_.front().second) / window;
    }
    // At display rate, but never more than a twentieth of the time.
    nextPublication_ = now + std::max<Clock::duration>(kPublication, 20 * (Clock::now() - now));
    const std::lock_guard lock(snapshotMutex_);
    next->generation = snapshot_ ? snapshot_->generation + 1 : 1;
    snapshot_ = std::move(next);
}

} // namespace tandem::engine
