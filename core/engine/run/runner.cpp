// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run/runner.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <utility>

namespace tandem::engine {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLargestBatch = 4096;
constexpr double kBatchSeconds = 0.02; // a command waits no longer than about this
constexpr auto kPublication = 16ms;
constexpr auto kRateWindow = 1s;

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

} // namespace

SearchRunner::SearchRunner(Problem problem, std::unique_ptr<store::StudyFile> file)
    : problem_(std::move(problem)),
      file_(std::move(file)),
      firstRules_(firstRulesOf(problem_)),
      archive_(firstRules_) {
    search::makeAlgorithm(problem_.algorithm, problem_.space, firstRules_,
                          problem_.seed); // refuses a wrong name
    plannedRules_ = firstRules_;
    epochs_.push_back({0, "start", 0});
    if (file_) {
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
    changed_.notify_all();
}

void SearchRunner::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !wanted_ && !busy_ && queue_.empty() && refinements_.empty(); });
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
        queued.injected = injectedEncoding(*inject, std::move(base), rules.ranges, problem_.space);
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
            const auto* known = dynamic_cast<const Error*>(&failure);
            error_ = known != nullptr ? *known : workError("the search failed: {}", failure.what());
            stop(State::Failed, error_->what());
        }
    }
}

void SearchRunner::prepareProblem() {
    if (isPrepared_ || !problem_.prepare) {
        return;
    }
    const std::thread::id self = std::this_thread::get_id();
    problem_.prepare([&](std::string_view what, double done) {
        if (std::this_thread::get_id() == self) {
            message_ = fmt::format("{} ({:.0f} %)", what, 100.0 * done);
            publishAtDisplayRate();
        }
    });
    message_.clear();
    isPrepared_ = true;
}

/// One step: either what is queued, or a batch, or the standstill. `lock` is held at both ends.
void SearchRunner::serve(std::unique_lock<std::mutex>& lock) {
    if (!queue_.empty() || !refinements_.empty()) {
        const std::vector<Queued> commands = std::exchange(queue_, {});
        std::vector<point::Point> refinements = std::exchange(refinements_, {});
        lock.unlock();
        for (const Queued& command : commands) {
            apply(command);
        }
        applyRefinements(std::move(refinements));
        publish();
        lock.lock();
        if (!wanted_ && queue_.empty() && refinements_.empty()) {
            const bool wasRunning = state_ == State::Running;
            stop(wasRunning ? State::Paused : state_, wasRunning ? "" : message_);
        }
        return;
    }
    if (!wanted_) {
        stop(State::Paused, "");
        return;
    }
    if (restarted_) {
        restarted_ = false;
        secondsBefore_ = secondsSoFar();
        state_ = State::Idle; // the clock stands while it prepares
        lock.unlock();
        prepareProblem();
        prepareAlgorithm();
        lock.lock();
        message_.clear();
        rates_.clear();
        runStart_ = Clock::now();
        state_ = State::Running;
        starting_ = false;
        return;
    }
    searchOn(lock);
}

void SearchRunner::searchOn(std::unique_lock<std::mutex>& lock) {
    if (const std::optional<std::string> reason = reasonToFinish()) {
        stop(State::Finished, *reason);
        return;
    }
    if (file_ && file_->failure()) {
        stop(State::Paused, "");
        if (error_) {
            return;
        }
        wanted_ = true; // writing works again
        restarted_ = true;
        return;
    }
    // Asked under the lock: a command that is sent after this moment finds these points already asked for.
    std::vector<point::Encoding> asked = algorithm_->ask(batchSize());
    if (asked.empty()) {
        stop(State::Finished, "every point inside the ranges is evaluated");
        return;
    }
    const int threads = budget_.threads;
    lock.unlock();
    const Clock::time_point begin = Clock::now();
    const std::vector<point::Metrics> metrics = evaluate(asked, threads);
    const double each = secondsBetween(begin, Clock::now()) / static_cast<double>(asked.size());
    secondsPerPoint_ = secondsPerPoint_ == 0.0 ? each : 0.8 * secondsPerPoint_ + 0.2 * each;
    take(std::move(asked), metrics);
    publishAtDisplayRate();
    lock.lock();
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
    const auto threads = static_cast<std::size_t>(budget_.threads > 0 ? budget_.threads : hardwareThreads());
    std::size_t size = threads;
    if (secondsPerPoint_ > 0.0) {
        size = static_cast<std::size_t>(std::min<double>(kBatchSeconds / secondsPerPoint_, kLargestBatch));
        size = std::max(size, threads);
    }
    return budget_.evaluations > 0 ? std::min<std::size_t>(size, budget_.evaluations - points_.size()) : size;
}

std::vector<point::Metrics> SearchRunner::evaluate(const std::vector<point::Encoding>& encodings,
                                                   int threads) const {
    std::vector<point::Metrics> metrics(encodings.size());
    const auto workers = static_cast<std::size_t>(threads > 0 ? threads : hardwareThreads());
    // Some chunks a thread: few enough to be cheap to hand out, enough to end together.
    const std::size_t chunks = std::min(encodings.size(), 6 * workers);
    parallelFor(chunks, threads, [&](std::size_t chunk, int) {
        const std::size_t end = encodings.size() * (chunk + 1) / chunks;
        for (std::size_t i = encodings.size() * chunk / chunks; i < end; ++i) {
            metrics[i] = problem_.evaluate(encodings[i]);
        }
    });
    return metrics;
}

void SearchRunner::take(std::vector<point::Encoding>&& encodings,
                        const std::vector<point::Metrics>& metrics) {
    std::vector<point::Point> batch;
    batch.reserve(encodings.size());
    for (std::size_t i = 0; i < encodings.size(); ++i) {
        batch.push_back({points_.size() + i, epochs_.back().epoch, std::move(encodings[i]), metrics[i]});
        archive_.add(batch.back());
    }
    if (algorithm_) {
        algorithm_->tell(batch);
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
    const std::size_t firstPoint = points_.size();
    epochs_.push_back({static_cast<std::uint32_t>(epochs_.size()), describe(queued.command), firstPoint});
    commands_.push_back(queued.command);
    if (file_) {
        file_->appendEpoch({epochs_.back().epoch, epochs_.back().text, toJson(queued.command), firstPoint});
    }
    if (std::holds_alternative<Inject>(queued.command)) {
        prepareProblem();
        take({queued.injected}, {problem_.evaluate(queued.injected)});
        return;
    }
    rankAll(queued.rules);
    if (algorithm_) {
        steerAlgorithm(points_.size(), queued.rules);
    }
}

void SearchRunner::applyRefinements(std::vector<point::Point> points) {
    bool moved = false;
    for (point::Point& point : points) {
        const point::Point& known = points_[point.id];
        told_.try_emplace(point.id, known.metrics);
        point::Metrics metrics = known.metrics;
        metrics.improve(point.metrics);
        point.metrics = metrics;
        if (file_) {
            file_->appendRefinement(point);
        }
        points_.replace(std::move(point));
        moved = true;
    }
    if (moved) {
        rankAll(search::Rules(archive_.rules()));
    }
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
