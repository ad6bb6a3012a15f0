// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/archive.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::search {

namespace {

constexpr std::size_t kBlockSize = 64;

constexpr Values kRefusesNothing = {
    std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
    std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};

} // namespace

void Archive::Block::measure() {
    low = entries.front().values;
    high = low;
    for (const Entry& entry : entries) {
        for (std::size_t i = 0; i < kMaxObjectives; ++i) {
            low[i] = std::min(low[i], entry.values[i]);
            high[i] = std::max(high[i], entry.values[i]);
        }
    }
}

Archive::Archive(Rules rules) {
    reset(std::move(rules));
}

void Archive::reset(Rules rules) {
    rules_ = std::move(rules);
    blocks_.clear();
    size_ = 0;
    ++version_;
    refusals_.fill(kRefusesNothing);
}

bool Archive::add(const space::Point& point) {
    if (!space::contains(rules_.ranges, point.encoding) ||
        space::totalViolation(rules_.constraints, point.metrics) > 0.0) {
        return false;
    }
    const Values values = valuesOf(rules_.objectives, point.metrics);
    const bool known = std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
    return known && insert({values, point.id});
}

void Archive::merge(const Archive& other) {
    for (const Block& block : other.blocks_) {
        for (const Entry& entry : block.entries) {
            insert(entry);
        }
    }
}

bool Archive::insert(const Entry& entry) {
    if (isDominated(entry.values)) {
        return false;
    }
    removeDominated(entry.values);
    place(entry);
    ++size_;
    ++version_;
    return true;
}

bool Archive::isDominated(const Values& values) {
    for (const Values& refusal : refusals_) {
        if (weaklyDominates(refusal, values)) {
            return true;
        }
    }
    for (const Block& block : blocks_) {
        if (block.low[0] > values[0]) {
            return false;
        }
        if (!weaklyDominates(block.low, values)) {
            continue;
        }
        for (const Entry& entry : block.entries) {
            if (weaklyDominates(entry.values, values)) {
                refusals_[nextRefusal_] = entry.values;
                nextRefusal_ = (nextRefusal_ + 1) % refusals_.size();
                return true;
            }
        }
    }
    return false;
}

void Archive::removeDominated(const Values& values) {
    bool emptied = false;
    for (Block& block : blocks_) {
        if (!weaklyDominates(values, block.high)) {
            continue;
        }
        const std::size_t removed = std::erase_if(
            block.entries, [&](const Entry& entry) { return weaklyDominates(values, entry.values); });
        size_ -= removed;
        if (block.entries.empty()) {
            emptied = true;
        } else if (removed > 0) {
            block.measure();
        }
    }
    if (emptied) {
        std::erase_if(blocks_, [](const Block& block) { return block.entries.empty(); });
    }
}

void Archive::place(const Entry& entry) {
    const auto before = [](const Entry& a, const Entry& b) { return a.values < b.values; };
    auto block = std::ranges::upper_bound(blocks_, entry, before,
                                          [](const Block& b) -> const Entry& { return b.entries.front(); });
    if (block != blocks_.begin()) {
        --block;
    }
    if (block == blocks_.end()) {
        block = blocks_.insert(block, Block{entry.values, entry.values, {}});
    }
    std::vector<Entry>& entries = block->entries;
    entries.insert(std::ranges::upper_bound(entries, entry, before), entry);
    for (std::size_t i = 0; i < kMaxObjectives; ++i) {
        block->low[i] = std::min(block->low[i], entry.values[i]);
        block->high[i] = std::max(block->high[i], entry.values[i]);
    }
    if (entries.size() > kBlockSize) {
        const auto middle = entries.begin() + kBlockSize / 2;
        Block second;
        second.entries.assign(middle, entries.end());
        entries.erase(middle, entries.end());
        block->measure();
        second.measure();
        blocks_.insert(block + 1, std::move(second));
    }
}

std::vector<Archive::Entry> Archive::entries() const {
    std::vector<Entry> all;
    all.reserve(size_);
    for (const Block& block : blocks_) {
        all.insert(all.end(), block.entries.begin(), block.entries.end());
    }
    return all;
}

std::vector<space::PointId> Archive::front() const {
    std::vector<space::PointId> ids;
    ids.reserve(size_);
    for (const Block& block : blocks_) {
        for (const Entry& entry : block.entries) {
            ids.push_back(entry.id);
        }
    }
    return ids;
}

} // namespace tandem::search
