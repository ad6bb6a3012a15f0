// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"
#include "core/search/front/dominance.h"

#include <array>
#include <optional>
#include <vector>

namespace tandem::search {

/// Keeps the front: the feasible points not dominated under the current objectives and constraints. Points
/// outside the ranges of the rules, and points with an unknown objective, do not count. Of points with equal
/// objectives the one of the lowest id stays, so what is kept does not depend on the order of adding.
class Archive {
  public:
    struct Entry {
        Values values;
        point::PointId id = 0;
        bool operator==(const Entry&) const = default;
    };

    explicit Archive(Rules rules);

    /// Considers a point; true when it joined the front.
    bool add(const point::Point& point);
    /// Takes other figures of a known point in the place of those it was added with. Where the front no
    /// longer reaches what the point reached, it gives these values: known points that they dominate may
    /// belong to the front now, and the caller adds them again.
    std::optional<Values> refine(const point::Point& before, const point::Point& after);
    /// How a point stands in the archive; nothing where it does not count.
    std::optional<Entry> entryOf(const point::Point& point) const;
    /// Takes over what another archive under the same rules found.
    void merge(const Archive& other);
    /// Starts over under other rules; the caller adds the known points again.
    void reset(Rules rules);

    const Rules& rules() const { return rules_; }
    std::size_t size() const { return size_; }
    /// The front, ordered by the first objective, best first (ties by the next ones).
    std::vector<Entry> entries() const;
    /// Ids of the front in the same order.
    std::vector<point::PointId> front() const;
    /// Grows whenever the front changes.
    std::uint64_t version() const { return version_; }

  private:
    // A k-d tree whose nodes know the box around their entries, so that most of the front is skipped. Inner
    // nodes have two children and no entries.
    struct Node {
        Values low, high;
        std::size_t left = 0, right = 0; // children; 0: a leaf
        std::size_t dimension = 0;
        double threshold = 0.0; // of the dimension; entries below it are on the left
        std::vector<Entry> entries;
        bool isLeaf() const { return left == 0; }
    };

    bool insert(const Entry& entry);
    bool isShutOut(const Entry& entry);
    bool removeDominated(std::size_t node, const Values& values);
    bool remove(std::size_t node, const Entry& entry);
    void tighten(std::size_t node);
    void place(const Entry& entry);
    void split(std::size_t node);
    std::size_t splitDimension(const Node& node) const;
    void clear();
    void rebuild();

    Rules rules_;
    std::vector<Node> nodes_; // the root first
    std::size_t size_ = 0;
    std::vector<std::size_t> stack_; // of walks over the tree
    std::uint64_t version_ = 0;
    // What refused the last few points. They stay right when a better entry takes their place: it dominates
    // all that they dominated.
    std::array<Entry, 8> refusals_;
    std::size_t nextRefusal_ = 0;
};

} // namespace tandem::search
