// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/point.h"
#include "core/search/algorithm.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tandem::engine {

/// Points in the order of their ids, in append-only segments that snapshots share without copying.
class PointLog {
  public:
    static constexpr std::size_t kSegmentSize = 4096;
    using Segment = std::vector<point::Point>;

    std::size_t size() const { return size_; }
    const point::Point& operator[](point::PointId id) const {
        return (*segments_[id / kSegmentSize])[id % kSegmentSize];
    }
    /// Adds a point; its id must be size().
    void append(point::Point point) {
        if (size_ % kSegmentSize == 0) {
            segments_.push_back(std::make_shared<Segment>());
            segments_.back()->reserve(kSegmentSize);
        }
        segments_.back()->push_back(std::move(point));
        ++size_;
    }
    /// Replaces a point by a better known one: its segment is copied, so older copies of the log keep what
    /// they saw.
    void replace(point::Point point) {
        std::shared_ptr<Segment>& segment = segments_[point.id / kSegmentSize];
        auto copy = std::make_shared<Segment>();
        copy->reserve(kSegmentSize);
        copy->assign(segment->begin(), segment->end());
        segment = std::move(copy);
        replaced_.push_back(point.id);
        const std::size_t place = point.id % kSegmentSize;
        (*segment)[place] = std::move(point);
    }
    /// The ids that replace() was called with, oldest first: a reader that kept up to the n-th looks at the
    /// rest only.
    const std::vector<point::PointId>& replaced() const { return replaced_; }

  private:
    // A segment is reserved to kSegmentSize at once: appending never moves points that an older copy of the
    // log can see.
    std::vector<std::shared_ptr<Segment>> segments_;
    std::vector<point::PointId> replaced_;
    std::size_t size_ = 0;
};

enum class State { Idle, Running, Paused, Finished, Failed };

/// One steering command as it was applied.
struct EpochRecord {
    std::uint32_t epoch = 0;
    std::string text;              ///< "pin model.b3.kernel = 3"
    point::PointId firstPoint = 0; ///< the first point sampled under it
};

/// What the session knew at one moment. Never changes once published.
struct Snapshot {
    std::uint64_t generation = 0; ///< grows with every publication
    State state = State::Idle;
    std::string message; ///< why it stopped or failed, or what it is doing
    PointLog points;
    std::vector<point::PointId> front; ///< ordered by the first objective, best first
    /// Of the front, in units of the box between the best and the worst objectives among the study's first
    /// 1024 points; the worst is the reference point, so it may grow beyond 1. Comparable as long as the
    /// objectives stay. Refreshed as often as it is cheap, and always when the search stops.
    double hypervolume = 0.0;
    search::Rules rules;
    std::size_t fixedConstraints = 0; ///< so many of rules.constraints, the first ones, are the device's
    std::uint32_t epoch = 0;
    std::vector<EpochRecord> epochs;
    double seconds = 0.0;         ///< search time of the study so far, pauses excluded
    double pointsPerSecond = 0.0; ///< over the last second or so
};

} // namespace tandem::engine
