// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/evaluation/thread_budget.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace tandem::engine {

struct ThreadBudget::Shared {
    int total = 1;
    std::mutex mutex;
    std::map<int, int> wanted; // by claim
    int nextId = 0;

    int limited(int threads) const { return threads > 0 ? std::min(threads, total) : total; }
    int shareOf(int id) const;
};

/// The modest first: what they leave of an even share goes to the others.
int ThreadBudget::Shared::shareOf(int id) const {
    std::vector<std::pair<int, int>> claims; // threads, id
    for (const auto& [claim, threads] : wanted) {
        claims.emplace_back(threads, claim);
    }
    std::ranges::sort(claims);
    int left = total, others = static_cast<int>(claims.size());
    for (const auto& [threads, claim] : claims) {
        const int share = std::min(threads, std::max(1, left / others));
        if (claim == id) {
            return share;
        }
        left = std::max(0, left - share);
        --others;
    }
    return 1;
}

ThreadBudget::ThreadBudget(int total) : shared_(std::make_shared<Shared>()) {
    shared_->total = total > 0 ? total : hardwareThreads();
}

int ThreadBudget::total() const {
    return shared_->total;
}

ThreadBudget::Claim ThreadBudget::claim(int wanted) {
    const std::lock_guard lock(shared_->mutex);
    const int id = shared_->nextId++;
    shared_->wanted[id] = shared_->limited(wanted);
    return {shared_, id};
}

ThreadBudget::Claim::Claim(std::shared_ptr<Shared> shared, int id) : shared_(std::move(shared)), id_(id) {}

ThreadBudget::Claim::Claim(Claim&& other) noexcept : shared_(std::move(other.shared_)), id_(other.id_) {}

ThreadBudget::Claim& ThreadBudget::Claim::operator=(Claim&& other) noexcept {
    if (this != &other) {
        giveBack();
        shared_ = std::move(other.shared_);
        id_ = other.id_;
    }
    return *this;
}

ThreadBudget::Claim::~Claim() {
    giveBack();
}

void ThreadBudget::Claim::giveBack() {
    if (shared_) {
        rest();
    }
}

void ThreadBudget::Claim::rest() {
    const std::lock_guard lock(shared_->mutex);
    shared_->wanted.erase(id_);
}

int ThreadBudget::Claim::threads() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->shareOf(id_);
}

void ThreadBudget::Claim::want(int threads) {
    const std::lock_guard lock(shared_->mutex);
    shared_->wanted[id_] = shared_->limited(threads);
}

} // namespace tandem::engine
