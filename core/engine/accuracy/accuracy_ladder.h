// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/engine/run/runner.h"
#include "core/judge/accuracy/accuracy_predictor.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace tandem::engine {

/// What tells accuracies better than the search knows them, slowly: a supernet, or the integer network
/// itself.
struct AccuracySource {
    point::Metric metric = point::Metric::Accuracy;         ///< what it tells, percent
    point::Source level = point::Source::Measured;          ///< what its figures are called
    std::function<double(const point::Encoding&)> evaluate; ///< called from the ladder's thread
    judge::EncodingFeatures::Prior coldStart = {};          ///< what is expected without it; may be empty
    judge::EncodingFeatures::Reading networkPoint = {};     ///< equal for points of a network; may be empty
};

struct LadderOptions {
    std::size_t evaluations = 300; ///< of networks, altogether
    std::size_t atOnce = 8;        ///< between two looks at the front
    std::uint64_t seed = 1;
    int threads = 1;                                      ///< of the predictor
    std::shared_ptr<ThreadBudget> threadBudget = nullptr; ///< that these come from; none: they are its own
    /// Figures of the source's level that points have already are its own: they need not be evaluated again.
    bool knowsFigures = false;
};

/// Moves accuracies up as points stay on the front, in the background: it evaluates the networks of which
/// most is expected, learns a predictor from them, and gives the points of the front the evaluated figure
/// where their network was evaluated, the predicted one with its deviation where not. All goes through
/// SearchRunner::refine(), so which points are searched does not depend on it, and no figure goes back to a
/// lesser source. Points that differ in the accelerator alone share one evaluation.
class AccuracyLadder {
  public:
    /// `runner` must outlive it. Begins at once.
    AccuracyLadder(SearchRunner& runner, const point::Space& space, AccuracySource source,
                   const LadderOptions& options);
    /// Stops after the evaluation that runs.
    ~AccuracyLadder();
    AccuracyLadder(const AccuracyLadder&) = delete;
    AccuracyLadder& operator=(const AccuracyLadder&) = delete;

    /// Null until there are enough evaluations.
    std::shared_ptr<const judge::AccuracyPredictor> predictor() const;
    /// Networks evaluated so far.
    std::size_t evaluationCount() const;
    /// Whether it has looked at all that the runner tells and found nothing left to do.
    bool rests() const;
    /// What made it stop: an evaluation that failed.
    std::optional<Error> failure() const;

  private:
    using Features = std::vector<double>;

    void run();
    void takeKnown(const Snapshot& snapshot);
    void lift(const point::Point& point, double figure);
    bool evaluateMore(const Snapshot& snapshot);
    std::vector<point::PointId> candidatesOf(const Snapshot& snapshot);
    std::vector<point::PointId> chosenOf(const Snapshot& snapshot);
    void learn();
    bool liftFront(const Snapshot& snapshot);

    SearchRunner& runner_;
    const AccuracySource source_;
    const LadderOptions options_;
    const judge::EncodingFeatures features_;

    mutable std::mutex mutex_;
    std::condition_variable ended_;
    bool ending_ = false;
    std::shared_ptr<const judge::AccuracyPredictor> predictor_;
    std::size_t evaluationCount_ = 0;
    std::shared_ptr<const Snapshot> doneWith_; ///< left nothing to do
    std::optional<Error> failure_;

    // The thread's own.
    Random random_;
    std::map<Features, double> known_; ///< accuracy of every evaluated network
    std::vector<judge::Evaluation> evaluations_;
    std::size_t fitted_ = 0;                ///< evaluations that the covariances were fitted to
    std::map<point::PointId, double> said_; ///< the figure last given to a point
    std::thread thread_;                    // last: it uses all of the above
};

} // namespace tandem::engine
