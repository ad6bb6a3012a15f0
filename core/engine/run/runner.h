// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/engine/evaluation/ordered_evaluation.h"
#include "core/engine/evaluation/thread_budget.h"
#include "core/engine/run/budget.h"
#include "core/engine/run/command.h"
#include "core/engine/run/ranking.h"
#include "core/engine/run/search_state.h"
#include "core/engine/run/snapshot.h"
#include "core/search/exchange.h"
#include "core/search/registry.h"
#include "core/store/study_file.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tandem::engine {

/// Told what is going on and how much of it is done (0 to 1).
using Progress = std::function<void(std::string_view what, double done)>;

/// What a runner searches.
struct Problem {
    point::Space space;
    std::vector<point::Objective> objectives;
    std::vector<point::Constraint> constraints;      ///< the person's own at the start
    std::vector<point::Constraint> fixedConstraints; ///< the device's; no command takes them away
    search::AlgorithmChoice algorithm;
    std::uint64_t seed = 1;
    /// Of a new study: results that the algorithm need not wait for (search::Exchange). Studies keep theirs.
    std::size_t lag = 0;
    /// Called once before the first evaluation, on the search thread; may take long and may be empty. Ends by
    /// Error (Cancelled) where it is asked to stop, and is called again at the next start.
    std::function<void(const Progress&, const std::stop_token&)> prepare;
    /// What a point is worth. Called from many threads; the same encoding always gives the same metrics.
    std::function<point::Metrics(const point::Encoding&)> evaluate;
    /// Evaluates in place of `evaluate`; may be empty.
    std::function<std::unique_ptr<Backend>()> makeBackend = {};
    /// What it shares threads with; none: all are its own.
    std::shared_ptr<ThreadBudget> threads = nullptr;
};

/// The search loop: asks the algorithm, has the backend evaluate, takes the results in the order asked, keeps
/// the archive, obeys commands and publishes snapshots. The points depend on the problem and on the commands,
/// each at the point where it was applied, and on nothing else: not on the number of threads, pauses,
/// budgets, or being closed and opened. One controlling thread calls the methods; snapshot() and preview()
/// may be called from any.
class SearchRunner {
  public:
    /// `file` may be null: everything stays in memory. A file that holds points already is read, and the
    /// search goes on where it stopped. Throws Error (Input) when the file does not fit the problem.
    explicit SearchRunner(Problem problem, std::unique_ptr<store::StudyFile> file = nullptr);
    ~SearchRunner();
    SearchRunner(const SearchRunner&) = delete;
    SearchRunner& operator=(const SearchRunner&) = delete;

    /// Starts or goes on; returns at once.
    void start(const Budget& budget);
    /// Stops after the points that are being evaluated; returns at once.
    void pause();
    /// Blocks until the search stands and every command sent was applied, with all of it on disk. Throws the
    /// Error that stopped the search.
    void wait();

    /// Checks the command and queues it: every point asked for after this returns obeys it. Throws Error
    /// (Input). A runner that goes before the command was obeyed drops it.
    void submit(const Command& command);
    Preview preview(const Command& command) const;
    std::shared_ptr<const Snapshot> snapshot() const;

    /// Puts better figures of a known point in the place of its own (point::Metrics::improve()) and stores
    /// them. What the point does not say stays. The algorithm goes on with the figures it was told, so that
    /// refining does not change the sequence of points.
    void refine(point::Point point);
    /// Points of a study that the algorithm had to be asked for again to go on with it: none where the file
    /// held its state.
    std::size_t askedAgain() const { return askedAgain_; }
    /// Null without one.
    store::StudyFile* file() const { return file_.get(); }

  private:
    using Clock = std::chrono::steady_clock;
    struct Queued {
        Command command;
        search::Proposal injected; // of an Inject
        search::Rules rules;       // after the command
    };
    /// A place in the history of the search: so many steering commands led to these rules.
    struct Place {
        std::size_t commands = 0;
        search::Rules rules;
    };

    // On the controlling thread.
    void load();
    void checkSpace();
    void settleLag();
    Queued checked(const Command& command, const search::Rules& rules) const;

    // On the search thread.
    void run();
    void serve(std::unique_lock<std::mutex>& lock);
    void begin(std::unique_lock<std::mutex>& lock);
    void searchOn(std::unique_lock<std::mutex>& lock);
    std::vector<search::Proposal> askMore();
    void evaluateSome();
    void apply(const Queued& queued);
    void rankAll(const search::Rules& rules);
    bool refinementsAreDue() const;
    void applyRefinements(std::vector<point::Point> points);
    void take(std::vector<OrderedEvaluation::Evaluated> evaluated);
    OrderedEvaluation::Evaluated evaluateAlone(const search::Proposal& proposal);
    void prepareProblem(const std::stop_token& cancel);
    std::size_t batchSize() const;
    std::optional<std::string> reasonToFinish() const;
    void stop(State state, const std::string& message);
    double secondsSoFar() const;
    void publish();
    void publishAtDisplayRate();

    // Going on with a study: replay.cpp.
    void prepareExchange();
    Place goOnFromState();
    Place placeAfter(std::size_t commands) const;
    bool fits(const SearchState& state);
    std::string identity(std::size_t commands) const;
    void saveState();
    void steerExchange(std::size_t count, const search::Rules& rules);
    std::vector<point::PointId> frontAsEvaluated(std::size_t count, const search::Rules& rules) const;
    void repeatLostInjection(const search::Rules& rules);

    const Problem problem_;
    const std::unique_ptr<store::StudyFile> file_;

    // Shared, under mutex_.
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Queued> queue_;
    std::vector<point::Point> refinements_;
    search::Rules plannedRules_; // after all that is queued
    Budget budget_;
    bool wanted_ = false;    // running is wanted
    bool restarted_ = false; // and start() said so since the search thread looked
    bool busy_ = false;      // the search thread is at work
    bool ending_ = false;
    std::stop_source preparing_,
        closing_; // what was begun before the first evaluation; a command's part of it
    std::optional<Error> error_;
    std::atomic<std::size_t> askedAgain_ = 0;
    std::atomic<bool> starting_ = false; // start() said so, and snapshots already say Running
    mutable std::mutex snapshotMutex_;
    std::shared_ptr<const Snapshot> snapshot_;

    // The search thread's own.
    bool isPrepared_ = false;
    ThreadBudget::Claim threads_;
    OrderedEvaluation evaluation_;
    std::size_t lag_ = 0;
    std::unique_ptr<search::Exchange> exchange_; // null until the first start, and after a failure
    std::string savedState_;                     // the newest, also that of the file
    PointsDigest digest_;
    search::Rules firstRules_;
    std::vector<EpochRecord> epochs_;
    std::vector<Command> commands_; // commands_[i] opened epochs_[i + 1]
    PointLog points_;
    search::Archive archive_;
    FrontVolume volume_;
    double frontVolume_ = 0.0;
    std::uint64_t volumeVersion_ = 0; // of the archive; 0: none
    std::vector<point::PointId> front_;
    std::uint64_t frontVersion_ = 0;
    Clock::time_point nextVolume_{};
    State state_ = State::Idle;
    std::string message_;
    double secondsBefore_ = 0.0; // of the study, when this run started
    Clock::time_point runStart_{};
    double secondsPerPoint_ = 0.0; // wall time of evaluating one
    Clock::time_point nextPublication_{}, nextRefinements_{}, nextSave_{};
    std::deque<std::pair<Clock::time_point, std::size_t>> rates_;

    std::thread thread_; // last: it uses all of the above
};

} // namespace tandem::engine
