// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/accuracy_ladder.h"

#include "core/engine/accuracy/evaluation_choice.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <unordered_set>
#include <utility>

namespace tandem::engine {

namespace {

constexpr auto kLook = std::chrono::milliseconds(100); // between looks when there is nothing to do
constexpr std::size_t kFrontCandidates = 64, kOtherCandidates = 64;
constexpr double kFitAgain = 1.25; // as many evaluations since the covariances were fitted
/// A figure is given again when it moved by so much of its deviation.
constexpr double kWorthTelling = 0.25;

} // namespace

AccuracyLadder::AccuracyLadder(SearchRunner& runner, const point::Space& space, AccuracySource source,
                               const LadderOptions& options)
    : runner_(runner),
      source_(std::move(source)),
      options_(options),
      features_(space, source_.coldStart, source_.networkPoint),
      random_(options.seed) {
    thread_ = std::thread([this] { run(); });
}

AccuracyLadder::~AccuracyLadder() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        ended_.notify_all();
    }
    thread_.join();
}

std::shared_ptr<const judge::AccuracyPredictor> AccuracyLadder::predictor() const {
    const std::lock_guard lock(mutex_);
    return predictor_;
}

std::size_t AccuracyLadder::evaluationCount() const {
    const std::lock_guard lock(mutex_);
    return evaluationCount_;
}

bool AccuracyLadder::rests() const {
    const std::lock_guard lock(mutex_);
    return doneWith_ && doneWith_ == runner_.snapshot();
}

std::optional<Error> AccuracyLadder::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

void AccuracyLadder::run() {
    bool worked = true, takesKnown = options_.knowsFigures;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            if (ended_.wait_for(lock, worked ? std::chrono::milliseconds(0) : kLook,
                                [&] { return ending_; })) {
                return;
            }
        }
        try {
            std::optional<ThreadBudget::Claim> claim; // while it works
            if (options_.threadBudget) {
                claim = options_.threadBudget->claim(options_.threads);
            }
            const std::shared_ptr<const Snapshot> snapshot = runner_.snapshot();
            if (std::exchange(takesKnown, false)) {
                takeKnown(*snapshot);
            }
            worked = evaluateMore(*snapshot);
            worked = liftFront(*snapshot) || worked;
            const std::lock_guard lock(mutex_);
            doneWith_ = worked ? nullptr : snapshot;
        } catch (const Error& error) {
            const std::lock_guard lock(mutex_);
            failure_ = error;
            return;
        }
    }
}

void AccuracyLadder::takeKnown(const Snapshot& snapshot) {
    for (std::size_t id = 0; id < snapshot.points.size(); ++id) {
        const point::Point& point = snapshot.points[id];
        if (point.metrics.source(source_.metric) == source_.level) {
            const auto accuracy = static_cast<double>(point.metrics.value(source_.metric));
            if (known_.try_emplace(features_.of(point.encoding), accuracy).second) {
                evaluations_.push_back({point.encoding, accuracy});
            }
        }
    }
    learn();
}

bool AccuracyLadder::evaluateMore(const Snapshot& snapshot) {
    bool worked = false;
    for (const point::PointId id : chosenOf(snapshot)) {
        {
            const std::lock_guard lock(mutex_);
            if (ending_) {
                return false;
            }
        }
        const point::Encoding& encoding = snapshot.points[id].encoding;
        const auto [place, isNew] = known_.try_emplace(features_.of(encoding), 0.0);
        if (!isNew) {
            continue; // the same network on another accelerator
        }
        place->second = source_.evaluate(encoding);
        evaluations_.push_back({encoding, place->second});
        lift(snapshot.points[id], place->second);
        worked = true;
    }
    if (worked) {
        learn();
    }
    return worked;
}

/// Points of the front, spread evenly if there are many, and a few others, without those that are known.
std::vector<point::PointId> AccuracyLadder::candidatesOf(const Snapshot& snapshot) {
    std::vector<point::PointId> candidates;
    std::unordered_set<point::PointId> taken;
    const auto consider = [&](point::PointId id) {
        if (taken.insert(id).second && !known_.contains(features_.of(snapshot.points[id].encoding))) {
            candidates.push_back(id);
        }
    };
    const std::size_t members = std::min(kFrontCandidates, snapshot.front.size());
    for (std::size_t i = 0; i < members; ++i) {
        consider(snapshot.front[i * snapshot.front.size() / members]);
    }
    for (std::size_t i = 0; i < std::min(kOtherCandidates, snapshot.points.size()); ++i) {
        consider(random_.below(snapshot.points.size()));
    }
    return candidates;
}

std::vector<point::PointId> AccuracyLadder::chosenOf(const Snapshot& snapshot) {
    const std::size_t left = options_.evaluations - std::min(options_.evaluations, evaluations_.size());
    const std::size_t most = std::min(options_.atOnce, left);
    if (most == 0 || snapshot.front.empty()) {
        return {};
    }
    std::vector<point::PointId> candidates = candidatesOf(snapshot);
    const std::shared_ptr<const judge::AccuracyPredictor> predictor = this->predictor();
    if (!predictor) {
        // Nothing to expect anything from: a spread over all that is known teaches most.
        for (std::size_t i = 0; i < std::min(most, candidates.size()); ++i) {
            std::swap(candidates[i], candidates[i + random_.below(candidates.size() - i)]);
        }
        candidates.resize(std::min(most, candidates.size()));
        return candidates;
    }
    const Expectation expectation = [&](const point::Point& point) {
        return predictor->predict(point.encoding);
    };
    return choosePointsToEvaluate(snapshot, candidates, source_.metric, expectation, most);
}

void AccuracyLadder::learn() {
    std::shared_ptr<const judge::AccuracyPredictor> predictor = this->predictor();
    const std::size_t count = evaluations_.size();
    if (count >= judge::AccuracyPredictor::kLeastEvaluations) {
        if (static_cast<double>(count) >= kFitAgain * static_cast<double>(fitted_)) {
            predictor = std::make_shared<judge::AccuracyPredictor>(features_, evaluations_, options_.seed,
                                                                   options_.threads);
            fitted_ = count;
        } else {
            predictor = std::make_shared<judge::AccuracyPredictor>(
                predictor->refreshed(evaluations_, options_.threads));
        }
    }
    const std::lock_guard lock(mutex_);
    predictor_ = std::move(predictor);
    evaluationCount_ = count;
}

/// Gives a point the figure of its evaluated network.
void AccuracyLadder::lift(const point::Point& point, double figure) {
    point::Point better;
    better.id = point.id;
    better.epoch = point.epoch;
    better.encoding = point.encoding;
    better.metrics.set(source_.metric, figure, source_.level);
    said_[point.id] = figure;
    runner_.refine(std::move(better));
}

/// Gives the points of the front the best figure that there is. Whether any of them had another.
bool AccuracyLadder::liftFront(const Snapshot& snapshot) {
    const std::shared_ptr<const judge::AccuracyPredictor> predictor = this->predictor();
    bool moved = false;
    for (const point::PointId id : snapshot.front) {
        point::Point better;
        better.id = id;
        better.epoch = snapshot.points[id].epoch;
        better.encoding = snapshot.points[id].encoding;
        const auto last = said_.find(id);
        double figure = 0.0, worthTelling = 0.0;
        if (const auto found = known_.find(features_.of(better.encoding)); found != known_.end()) {
            figure = found->second;
            better.metrics.set(source_.metric, figure, source_.level);
        } else if (predictor && !point::saysLess(point::Source::Predicted,
                                                 snapshot.points[id].metrics.source(source_.metric))) {
            const judge::Normal expected = predictor->predict(better.encoding);
            figure = expected.mean;
            worthTelling = kWorthTelling * expected.deviation;
            better.metrics.set(source_.metric, figure, point::Source::Predicted);
            better.metrics.accuracyDeviation = static_cast<float>(expected.deviation);
        } else {
            continue;
        }
        if (last != said_.end() && std::abs(last->second - figure) <= worthTelling) {
            continue;
        }
        said_[id] = figure;
        runner_.refine(std::move(better));
        moved = true;
    }
    return moved;
}

} // namespace tandem::engine
