// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/evaluation/backend.h"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace tandem::engine {

/// Evaluates proposals through a backend and gives them back in the order in which they came in, whatever the
/// order in which they are done.
class OrderedEvaluation {
  public:
    struct Evaluated {
        search::Proposal proposal;
        point::Metrics metrics;
    };

    explicit OrderedEvaluation(std::unique_ptr<Backend> backend) : backend_(std::move(backend)) {}

    const Backend& backend() const { return *backend_; }
    void submit(std::vector<search::Proposal> proposals);
    /// Waits until something is done and gives what its turn has come of, which may be nothing. Throws what
    /// made an evaluation fail; clear() is all that makes sense then.
    std::vector<Evaluated> collect();
    /// How many are not given back yet.
    std::size_t underWay() const { return underWay_.size(); }
    /// These, in their order.
    std::vector<search::Proposal> open() const;
    /// Forgets all of them.
    void clear();

  private:
    struct Place {
        search::Proposal proposal;
        std::optional<point::Metrics> metrics;
    };

    std::unique_ptr<Backend> backend_;
    std::deque<Place> underWay_;
    std::uint64_t first_ = 0; // number of the job of underWay_[0]
};

} // namespace tandem::engine
