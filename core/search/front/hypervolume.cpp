// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/front/hypervolume.h"

#include "core/base/error.h"

#include <algorithm>
#include <vector>

namespace tandem::search {

namespace {

/// Area dominated in the first two objectives by points that come one after the other.
class Staircase {
  public:
    explicit Staircase(const Values& reference) : x_(reference[0]), y_(reference[1]) {}

    double area() const { return area_; }

    void add(double x, double y) {
        auto right = std::ranges::upper_bound(steps_, x, {}, &Step::x);
        if (right != steps_.begin() && std::prev(right)->y <= y) {
            return;
        }
        auto left = right;
        if (left != steps_.begin() && std::prev(left)->x == x) {
            --left;
        }
        // Walks over the steps that the new one covers, adding the strip between it and what was there.
        double height = left == steps_.begin() ? y_ : std::prev(left)->y;
        double from = x;
        auto end = left;
        for (; end != steps_.end() && end->y >= y; ++end) {
            area_ += (end->x - from) * (height - y);
            from = end->x;
            height = end->y;
        }
        area_ += ((end == steps_.end() ? x_ : end->x) - from) * (height - y);
        if (left == end) {
            steps_.insert(left, {x, y});
        } else {
            *left = {x, y};
            steps_.erase(left + 1, end);
        }
    }

  private:
    struct Step {
        double x, y;
    };
    double x_, y_;
    double area_ = 0.0;
    std::vector<Step> steps_; // x rises, y falls
};

/// The points sorted by one objective, those out of the reference's reach left out.
std::vector<Values> inReach(std::span<const Values> points, const Values& reference, std::size_t objectives,
                            std::size_t sortedBy) {
    std::vector<Values> kept;
    kept.reserve(points.size());
    for (const Values& point : points) {
        bool within = true;
        for (std::size_t i = 0; i < objectives; ++i) {
            within = within && point[i] < reference[i];
        }
        if (within) {
            kept.push_back(point);
        }
    }
    std::ranges::sort(kept, {}, [=](const Values& point) { return point[sortedBy]; });
    return kept;
}

double volume2(std::span<const Values> points, const Values& reference) {
    Staircase stairs(reference);
    for (const Values& point : points) {
        stairs.add(point[0], point[1]);
    }
    return stairs.area();
}

/// `points` sorted by the third objective.
double volume3(std::span<const Values> points, const Values& reference) {
    Staircase stairs(reference);
    double volume = 0.0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        stairs.add(points[i][0], points[i][1]);
        const double next = i + 1 < points.size() ? points[i + 1][2] : reference[2];
        volume += stairs.area() * (next - points[i][2]);
    }
    return volume;
}

bool weaklyDominates3(const Values& a, const Values& b) {
    return a[0] <= b[0] && a[1] <= b[1] && a[2] <= b[2];
}

/// What `point` adds to the three-dimensional volume of `others`, which are sorted by the third objective.
double ownVolume3(const Values& point, std::span<const Values> others, const Values& reference,
                  std::vector<Values>& limited) {
    limited.clear();
    for (const Values& other : others) {
        if (weaklyDominates3(other, point)) {
            return 0.0;
        }
        limited.push_back(
            {std::max(other[0], point[0]), std::max(other[1], point[1]), std::max(other[2], point[2]), 0.0});
    }
    const double box = (reference[0] - point[0]) * (reference[1] - point[1]) * (reference[2] - point[2]);
    return box - volume3(limited, reference);
}

/// `points` sorted by the fourth objective.
double volume4(std::span<const Values> points, const Values& reference) {
    double volume = 0.0;
    double slice = 0.0;
    std::vector<Values> seen; // sorted by the third objective, none dominated in the first three
    std::vector<Values> limited;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Values& point = points[i];
        const double own = ownVolume3(point, seen, reference, limited);
        if (own > 0.0) {
            slice += own;
            std::erase_if(seen, [&](const Values& other) { return weaklyDominates3(point, other); });
            seen.insert(std::ranges::upper_bound(seen, point[2], {}, [](const Values& v) { return v[2]; }),
                        point);
        }
        const double next = i + 1 < points.size() ? points[i + 1][3] : reference[3];
        volume += slice * (next - point[3]);
    }
    return volume;
}

} // namespace

double hypervolume(std::span<const Values> points, const Values& reference, std::size_t objectives) {
    switch (objectives) {
    case 2:
        return volume2(inReach(points, reference, 2, 0), reference);
    case 3:
        return volume3(inReach(points, reference, 3, 2), reference);
    case 4:
        return volume4(inReach(points, reference, 4, 3), reference);
    default:
        throw inputError("the hypervolume of {} objectives is not known; 2 to 4 are", objectives);
    }
}

} // namespace tandem::search
