// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/study_ladder.h"

namespace tandem::engine {

AccuracySource StudyLadder::source() const {
    AccuracySource source;
    source.level = point::Source::Supernet;
    source.evaluate = [this](const point::Encoding& encoding) { return supernet_.evaluate(encoding); };
    source.coldStart = [this](const point::Encoding& encoding) {
        return static_cast<double>(judge_.evaluator().evaluate(encoding).value(point::Metric::Accuracy));
    };
    source.networkPoint = [this](const point::Encoding& encoding) {
        return judge_.jointSpace().networkPoint(encoding);
    };
    return source;
}

/// Under mutex_.
void StudyLadder::begin(bool knowsFigures) {
    if (ladder_ || isSuspended_ || !supernet_.isTrained()) {
        return;
    }
    LadderOptions options;
    options.seed = judge_.setup().seed;
    options.knowsFigures = knowsFigures;
    options.threadBudget = threads_;
    ladder_ = std::make_unique<AccuracyLadder>(runner_, judge_.jointSpace().space(), source(), options);
}

void StudyLadder::start() {
    const std::lock_guard lock(mutex_);
    begin(true);
}

void StudyLadder::suspend() {
    std::unique_ptr<AccuracyLadder> ended; // goes after the lock
    const std::lock_guard lock(mutex_);
    isSuspended_ = true;
    ended.swap(ladder_);
}

void StudyLadder::resume(bool knowsFigures) {
    const std::lock_guard lock(mutex_);
    isSuspended_ = false;
    begin(knowsFigures);
}

LadderStatus StudyLadder::status() const {
    LadderStatus status;
    status.hasSupernet = supernet_.isTrained();
    const std::lock_guard lock(mutex_);
    if (ladder_) {
        status.evaluated = ladder_->evaluationCount();
        status.rests = ladder_->rests();
        const std::optional<Error> failure = ladder_->failure();
        status.failure = failure ? failure->what() : "";
    }
    return status;
}

} // namespace tandem::engine
