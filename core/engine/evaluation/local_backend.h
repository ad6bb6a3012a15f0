// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/evaluation/backend.h"
#include "core/engine/evaluation/thread_budget.h"

#include <functional>

namespace tandem::engine {

/// Evaluates on threads of this program while collect() waits.
class LocalBackend final : public Backend {
  public:
    /// Called from many threads.
    using Evaluate = std::function<point::Metrics(const point::Encoding&)>;

    /// On as many threads as `claim`, which must outlive it, allows at the moment.
    LocalBackend(Evaluate evaluate, const ThreadBudget::Claim& claim);

    std::size_t slots() const override { return static_cast<std::size_t>(claim_.threads()); }
    void submit(std::vector<Job> jobs) override;
    std::vector<Completion> collect() override;
    void stop() override { jobs_.clear(); }

  private:
    Evaluate evaluate_;
    const ThreadBudget::Claim& claim_;
    std::vector<Job> jobs_;
};

} // namespace tandem::engine
