// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"
#include "core/search/algorithm.h"

#include <cstdint>
#include <vector>

namespace tandem::engine {

/// A proposal to evaluate, by a number of the caller's own.
struct Job {
    std::uint64_t number = 0;
    search::Proposal proposal;
};

/// What a proposal is worth.
struct Completion {
    std::uint64_t number = 0;
    point::Metrics metrics;
};

/// What evaluates proposals: the threads of this program, other processes, a cluster. Results may come late
/// and in any order; the same proposal gets the same metrics wherever it is evaluated. One thread calls it.
class Backend {
  public:
    /// Waits for the evaluations that run.
    virtual ~Backend() = default;

    /// How many evaluations it works on at once.
    virtual std::size_t slots() const = 0;
    /// Takes jobs; returns at once.
    virtual void submit(std::vector<Job> jobs) = 0;
    /// Waits until something is done, and gives all that is; nothing where there are no jobs. Throws what
    /// made an evaluation fail.
    virtual std::vector<Completion> collect() = 0;
    /// Drops all jobs that are not collected.
    virtual void stop() = 0;
};

} // namespace tandem::engine
