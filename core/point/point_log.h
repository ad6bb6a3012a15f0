// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/point.h"

#include <memory>
#include <span>
#include <vector>

namespace tandem::point {

/// Points in the order of their ids, in append-only segments that copies of the log share. What is better
/// known of a point stands beside its segment, so a copy keeps what it saw and a point as it was first
/// evaluated stays at hand.
class PointLog {
  public:
    static constexpr std::size_t kSegmentSize = 4096;

    std::size_t size() const { return size_; }
    /// The best that is known of a point.
    const Point& operator[](PointId id) const {
        const Segment& segment = segments_[id / kSegmentSize];
        const Point* refined = segment.refined ? find(*segment.refined, id) : nullptr;
        return refined != nullptr ? *refined : (*segment.points)[id % kSegmentSize];
    }
    /// A point as it was first evaluated.
    const Point& evaluated(PointId id) const {
        return (*segments_[id / kSegmentSize].points)[id % kSegmentSize];
    }
    /// The points [first, end) as they were first evaluated, as many as lie side by side: at least one where
    /// first < end <= size().
    std::span<const Point> evaluated(PointId first, PointId end) const;

    /// Adds a point; its id must be size().
    void append(Point point);
    /// Puts better known points in the place of their own.
    void refine(std::vector<Point> points);

    /// How often points were refined.
    std::uint64_t refinements() const { return refinements_; }
    /// The points refined since there were so many refinements, by id: what a reader that kept up to there
    /// looks at again.
    std::vector<PointId> refinedSince(std::uint64_t refinements) const;

  private:
    struct Refined {
        PointId id = 0;
        std::uint64_t stamp = 0; // the number of refinements before it
        std::shared_ptr<const Point> point;
    };
    struct RefinedPoints {
        std::uint64_t newest = 0;    // stamp
        std::vector<Refined> points; // by id
    };
    // `points` is reserved to kSegmentSize at once: appending never moves points that an older copy of the
    // log can see.
    struct Segment {
        std::shared_ptr<std::vector<Point>> points;
        std::shared_ptr<const RefinedPoints> refined; // null: none
    };

    static const Point* find(const RefinedPoints& refined, PointId id);

    std::vector<Segment> segments_;
    std::size_t size_ = 0;
    std::uint64_t refinements_ = 0;
};

} // namespace tandem::point
