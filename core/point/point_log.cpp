// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/point/point_log.h"

#include <algorithm>
#include <utility>

namespace tandem::point {

std::span<const Point> PointLog::evaluated(PointId first, PointId end) const {
    const std::size_t place = first % kSegmentSize;
    const std::size_t count = std::min<std::size_t>(end - first, kSegmentSize - place);
    // Not the vector's own size: an older copy of the log may read while points are appended.
    return count == 0 ? std::span<const Point>()
                      : std::span<const Point>(&(*segments_[first / kSegmentSize].points)[place], count);
}

void PointLog::append(Point point) {
    if (size_ % kSegmentSize == 0) {
        segments_.push_back({std::make_shared<std::vector<Point>>(), nullptr});
        segments_.back().points->reserve(kSegmentSize);
    }
    segments_.back().points->push_back(std::move(point));
    ++size_;
}

void PointLog::refine(std::vector<Point> points) {
    // The newest of each point, and those of a segment side by side: its list is copied once.
    std::ranges::stable_sort(points, {}, &Point::id);
    for (auto at = points.begin(); at != points.end();) {
        Segment& segment = segments_[at->id / kSegmentSize];
        auto next = segment.refined ? std::make_shared<RefinedPoints>(*segment.refined)
                                    : std::make_shared<RefinedPoints>();
        const PointId end = (at->id / kSegmentSize + 1) * kSegmentSize;
        for (; at != points.end() && at->id < end; ++at) {
            const PointId id = at->id;
            const auto place = std::ranges::lower_bound(next->points, id, {}, &Refined::id);
            next->newest = refinements_;
            Refined refined{id, refinements_++, std::make_shared<const Point>(std::move(*at))};
            if (place != next->points.end() && place->id == id) {
                *place = std::move(refined);
            } else {
                next->points.insert(place, std::move(refined));
            }
        }
        segment.refined = std::move(next);
    }
}

std::vector<PointId> PointLog::refinedSince(std::uint64_t refinements) const {
    std::vector<PointId> ids;
    for (const Segment& segment : segments_) {
        if (!segment.refined || segment.refined->newest < refinements) {
            continue;
        }
        for (const Refined& refined : segment.refined->points) {
            if (refined.stamp >= refinements) {
                ids.push_back(refined.id);
            }
        }
    }
    return ids;
}

const Point* PointLog::find(const RefinedPoints& refined, PointId id) {
    const auto place = std::ranges::lower_bound(refined.points, id, {}, &Refined::id);
    return place != refined.points.end() && place->id == id ? place->point.get() : nullptr;
}

} // namespace tandem::point
