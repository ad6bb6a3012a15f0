// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/evaluation/ordered_evaluation.h"

#include "core/base/error.h"

namespace tandem::engine {

void OrderedEvaluation::submit(std::vector<search::Proposal> proposals) {
    if (proposals.empty()) {
        return;
    }
    std::vector<Job> jobs;
    jobs.reserve(proposals.size());
    for (search::Proposal& proposal : proposals) {
        jobs.push_back({first_ + underWay_.size(), proposal});
        underWay_.push_back({std::move(proposal), std::nullopt});
    }
    backend_->submit(std::move(jobs));
}

std::vector<OrderedEvaluation::Evaluated> OrderedEvaluation::collect() {
    for (Completion& completion : backend_->collect()) {
        const std::uint64_t place = completion.number - first_;
        if (completion.number < first_ || place >= underWay_.size() || underWay_[place].metrics) {
            throw workError("an evaluation that nobody asked for came back (number {})", completion.number);
        }
        underWay_[place].metrics = completion.metrics;
    }
    std::vector<Evaluated> inTurn;
    for (; !underWay_.empty() && underWay_.front().metrics; underWay_.pop_front(), ++first_) {
        inTurn.push_back({std::move(underWay_.front().proposal), *underWay_.front().metrics});
    }
    return inTurn;
}

std::vector<search::Proposal> OrderedEvaluation::open() const {
    std::vector<search::Proposal> proposals;
    for (const Place& place : underWay_) {
        proposals.push_back(place.proposal);
    }
    return proposals;
}

void OrderedEvaluation::clear() {
    backend_->stop();
    first_ += underWay_.size();
    underWay_.clear();
}

} // namespace tandem::engine
