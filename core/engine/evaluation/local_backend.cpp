// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/evaluation/local_backend.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <iterator>

namespace tandem::engine {

LocalBackend::LocalBackend(Evaluate evaluate, const ThreadBudget::Claim& claim)
    : evaluate_(std::move(evaluate)), claim_(claim) {}

void LocalBackend::submit(std::vector<Job> jobs) {
    jobs_.insert(jobs_.end(), std::make_move_iterator(jobs.begin()), std::make_move_iterator(jobs.end()));
}

std::vector<Completion> LocalBackend::collect() {
    std::vector<Completion> completions(jobs_.size());
    const int threads = claim_.threads();
    // Some chunks a thread: few enough to be cheap to hand out, enough to end together.
    const std::size_t chunks = std::min(jobs_.size(), 6 * static_cast<std::size_t>(threads));
    parallelFor(chunks, threads, [&](std::size_t chunk, int) {
        const std::size_t end = jobs_.size() * (chunk + 1) / chunks;
        for (std::size_t i = jobs_.size() * chunk / chunks; i < end; ++i) {
            completions[i] = {jobs_[i].number, evaluate_(jobs_[i].proposal.encoding)};
        }
    });
    jobs_.clear();
    return completions;
}

} // namespace tandem::engine
