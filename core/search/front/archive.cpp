// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/front/archive.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::search {

namespace {

constexpr std::size_t kLeafSize = 32;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Values kHighest = {kInfinity, kInfinity, kInfinity, kInfinity};
constexpr Values kLowest = {-kInfinity, -kInfinity, -kInfinity, -kInfinity};

void widen(Values& low, Values& high, const Values& byLow, const Values& byHigh) {
    for (std::size_t i = 0; i < kMaxObjectives; ++i) {
        low[i] = std::min(low[i], byLow[i]);
        high[i] = std::max(high[i], byHigh[i]);
    }
}

} // namespace

Archive::Archive(Rules rules) {
    reset(std::move(rules));
}

void Archive::reset(Rules rules) {
    rules_ = std::move(rules);
    clear();
    ++version_;
    refusals_.fill(kHighest);
}

bool Archive::add(const point::Point& point) {
    if (!point::contains(rules_.ranges, point.encoding) ||
        point::totalViolation(rules_.constraints, point.metrics) > 0.0) {
        return false;
    }
    const Values values = valuesOf(rules_.objectives, point.metrics);
    const bool known = std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
    return known && insert({values, point.id});
}

void Archive::clear() {
    nodes_.assign(1, Node{kHighest, kLowest, 0, 0, 0, 0.0, {}});
    size_ = 0;
}

void Archive::merge(const Archive& other) {
    for (const Node& node : other.nodes_) {
        for (const Entry& entry : node.entries) {
            insert(entry);
        }
    }
}

bool Archive::insert(const Entry& entry) {
    if (isDominated(entry.values)) {
        return false;
    }
    removeDominated(0, entry.values);
    place(entry);
    ++version_;
    // Leaves that the moving front left behind empty make the walks longer.
    if (nodes_.size() > 64 && nodes_.size() > 16 * size_ / kLeafSize) {
        rebuild();
    }
    return true;
}

bool Archive::isDominated(const Values& values) {
    for (const Values& refusal : refusals_) {
        if (weaklyDominates(refusal, values)) {
            return true;
        }
    }
    stack_.assign(1, 0);
    while (!stack_.empty()) {
        const Node& node = nodes_[stack_.back()];
        stack_.pop_back();
        if (!weaklyDominates(node.low, values)) {
            continue;
        }
        if (!node.isLeaf()) {
            stack_.push_back(node.right);
            stack_.push_back(node.left);
            continue;
        }
        for (const Entry& entry : node.entries) {
            if (weaklyDominates(entry.values, values)) {
                refusals_[nextRefusal_] = entry.values;
                nextRefusal_ = (nextRefusal_ + 1) % refusals_.size();
                return true;
            }
        }
    }
    return false;
}

/// Whether anything below the node was removed; the boxes on the way up are then drawn tight again.
bool Archive::removeDominated(std::size_t index, const Values& values) {
    Node& node = nodes_[index];
    if (!weaklyDominates(values, node.high)) {
        return false;
    }
    if (!node.isLeaf()) {
        const bool left = removeDominated(node.left, values);
        const bool right = removeDominated(node.right, values);
        if (left || right) {
            node.low = nodes_[node.left].low;
            node.high = nodes_[node.left].high;
            widen(node.low, node.high, nodes_[node.right].low, nodes_[node.right].high);
        }
        return left || right;
    }
    const std::size_t removed = std::erase_if(
        node.entries, [&](const Entry& entry) { return weaklyDominates(values, entry.values); });
    if (removed > 0) {
        size_ -= removed;
        node.low = kHighest;
        node.high = kLowest;
        for (const Entry& entry : node.entries) {
            widen(node.low, node.high, entry.values, entry.values);
        }
    }
    return removed > 0;
}

void Archive::place(const Entry& entry) {
    std::size_t at = 0;
    while (true) {
        Node& node = nodes_[at];
        widen(node.low, node.high, entry.values, entry.values);
        if (node.isLeaf()) {
            break;
        }
        at = entry.values[node.dimension] < node.threshold ? node.left : node.right;
    }
    nodes_[at].entries.push_back(entry);
    ++size_;
    if (nodes_[at].entries.size() > kLeafSize) {
        split(at);
    }
}

/// The dimension in which the node is widest, measured by the whole front.
std::size_t Archive::splitDimension(const Node& node) const {
    std::size_t widest = 0;
    double most = -1.0;
    for (std::size_t i = 0; i < kMaxObjectives; ++i) {
        const double whole = nodes_[0].high[i] - nodes_[0].low[i];
        const double share = whole > 0.0 ? (node.high[i] - node.low[i]) / whole : 0.0;
        if (share > most) {
            most = share;
            widest = i;
        }
    }
    return widest;
}

void Archive::split(std::size_t index) {
    const std::size_t dimension = splitDimension(nodes_[index]);
    std::vector<Entry> entries = std::move(nodes_[index].entries);
    const auto value = [=](const Entry& entry) { return entry.values[dimension]; };
    std::ranges::nth_element(entries, entries.begin() + static_cast<std::ptrdiff_t>(entries.size() / 2), {},
                             value);
    double threshold = value(entries[entries.size() / 2]);
    if (threshold == nodes_[index].low[dimension]) {
        // More than half lie at the lower end: what is above goes right.
        threshold = kInfinity;
        for (const Entry& entry : entries) {
            threshold =
                value(entry) > nodes_[index].low[dimension] ? std::min(threshold, value(entry)) : threshold;
        }
    }
    Node left{kHighest, kLowest, 0, 0, 0, 0.0, {}};
    Node right = left;
    for (const Entry& entry : entries) {
        Node& side = value(entry) < threshold ? left : right;
        widen(side.low, side.high, entry.values, entry.values);
        side.entries.push_back(entry);
    }
    nodes_[index].entries = {};
    nodes_[index].dimension = dimension;
    nodes_[index].threshold = threshold;
    nodes_[index].left = nodes_.size();
    nodes_[index].right = nodes_.size() + 1;
    nodes_.push_back(std::move(left));
    nodes_.push_back(std::move(right));
}

void Archive::rebuild() {
    const std::vector<Entry> all = entries();
    clear();
    for (const Entry& entry : all) {
        place(entry);
    }
}

std::vector<Archive::Entry> Archive::entries() const {
    std::vector<Entry> all;
    all.reserve(size_);
    for (const Node& node : nodes_) {
        all.insert(all.end(), node.entries.begin(), node.entries.end());
    }
    std::ranges::sort(all, {}, &Entry::values);
    return all;
}

std::vector<point::PointId> Archive::front() const {
    std::vector<point::PointId> ids;
    ids.reserve(size_);
    for (const Entry& entry : entries()) {
        ids.push_back(entry.id);
    }
    return ids;
}

} // namespace tandem::search
