// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/engine/evaluation/backend.h"

#include <functional>
#include <iterator>
#include <utility>

namespace tandem::engine::test {

/// A backend as far away as they get: some results a call, in any order, seldom the oldest first.
class LateBackend final : public Backend {
  public:
    LateBackend(std::function<point::Metrics(const point::Encoding&)> evaluate, std::size_t slots,
                std::uint64_t seed)
        : evaluate_(std::move(evaluate)), slots_(slots), random_(seed) {}

    std::size_t slots() const override { return slots_; }
    void submit(std::vector<Job> jobs) override {
        jobs_.insert(jobs_.end(), std::make_move_iterator(jobs.begin()), std::make_move_iterator(jobs.end()));
    }
    std::vector<Completion> collect() override {
        std::vector<Completion> completions;
        for (std::size_t left = jobs_.empty() ? 0 : 1 + random_.below(jobs_.size()); left > 0; --left) {
            std::swap(jobs_[random_.below(jobs_.size())], jobs_.back());
            completions.push_back({jobs_.back().number, evaluate_(jobs_.back().proposal.encoding)});
            jobs_.pop_back();
        }
        return completions;
    }
    void stop() override { jobs_.clear(); }

  private:
    std::function<point::Metrics(const point::Encoding&)> evaluate_;
    std::size_t slots_;
    Random random_;
    std::vector<Job> jobs_;
};

} // namespace tandem::engine::test
