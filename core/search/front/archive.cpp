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

/// Whether the entry has no place beside the other: it is worse, or the same and younger.
bool shutsOut(const Archive::Entry& other, const Archive::Entry& entry) {
    return weaklyDominates(other.values, entry.values) &&
           (other.id <= entry.id || other.values != entry.values);
}

} // namespace

Archive::Archive(Rules rules) {
    reset(std::move(rules));
}

void Archive::reset(Rules rules) {
    rules_ = std::move(rules);
    clear();
    ++version_;
    refusals_.fill({kHighest, 0});
}

std::optional<Archive::Entry> Archive::entryOf(const point::Point& point) const {
    if (!point::contains(rules_.ranges, point.encoding) ||
        point::totalViolation(rules_.constraints, point.metrics) > 0.0) {
        return std::nullopt;
    }
    const Values values = valuesOf(rules_.objectives, point.metrics);
    const bool known = std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
    return known ? std::optional(Entry{values, point.id}) : std::nullopt;
}

bool Archive::add(const point::Point& point) {
    const std::optional<Entry> entry = entryOf(point);
    return entry && insert(*entry);
}

std::optional<Values> Archive::refine(const point::Point& before, const point::Point& after) {
    const std::optional<Entry> old = entryOf(before), now = entryOf(after);
    if (old == now) {
        return std::nullopt;
    }
    const bool wasMember = old && remove(0, *old);
    if (wasMember) {
        ++version_;
        refusals_.fill({kHighest, 0});
    }
    if (now) {
        insert(*now);
    }
    return wasMember && !isShutOut(*old) ? std::optional(old->values) : std::nullopt;
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
    if (isShutOut(entry)) {
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

bool Archive::isShutOut(const Entry& entry) {
    for (const Entry& refusal : refusals_) {
        if (shutsOut(refusal, entry)) {
            return true;
        }
    }
    stack_.assign(1, 0);
    while (!stack_.empty()) {
        const Node& node = nodes_[stack_.back()];
        stack_.pop_back();
        if (!weaklyDominates(node.low, entry.values)) {
            continue;
        }
        if (!node.isLeaf()) {
            stack_.push_back(node.right);
            stack_.push_back(node.left);
            continue;
        }
        for (const Entry& member : node.entries) {
            if (shutsOut(member, entry)) {
                refusals_[nextRefusal_] = member;
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
    bool removed = false;
    if (node.isLeaf()) {
        const std::size_t count = std::erase_if(
            node.entries, [&](const Entry& entry) { return weaklyDominates(values, entry.values); });
        size_ -= count;
        removed = count > 0;
    } else {
        removed = removeDominated(node.left, values);
        removed = removeDominated(node.right, values) || removed;
    }
    if (removed) {
        tighten(index);
    }
    return removed;
}

/// The same for one entry, which stands where place() puts it.
bool Archive::remove(std::size_t index, const Entry& entry) {
    Node& node = nodes_[index];
    bool removed = false;
    if (node.isLeaf()) {
        removed = std::erase(node.entries, entry) > 0;
        size_ -= removed ? 1U : 0U;
    } else {
        removed = remove(entry.values[node.dimension] < node.threshold ? node.left : node.right, entry);
    }
    if (removed) {
        tighten(index);
    }
    return removed;
}

/// Draws the node's box around what is below it.
void Archive::tighten(std::size_t index) {
    Node& node = nodes_[index];
    if (!node.isLeaf()) {
        node.low = nodes_[node.left].low;
        node.high = nodes_[node.left].high;
        widen(node.low, node.high, nodes_[node.right].low, nodes_[node.right].high);
        return;
    }
    node.low = kHighest;
    node.high = kLowest;
    for (const Entry& entry : node.entries) {
        widen(node.low, node.high, entry.values, entry.values);
    }
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
