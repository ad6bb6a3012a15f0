// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run/ranking.h"

#include "core/base/parallel.h"
#include "core/search/front/hypervolume.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace tandem::engine {

namespace {

constexpr std::size_t kPointsPerPart = 16384;

bool isKept(const search::Rules& rules, const point::Point& point) {
    return point::contains(rules.ranges, point.encoding) &&
           point::totalViolation(rules.constraints, point.metrics) <= 0.0;
}

/// The archive of the points [0, count), each of which `add` puts into that of its part.
template <class Add>
search::Archive rankInParts(std::size_t count, const search::Rules& rules, int threads, const Add& add) {
    const std::size_t parts = std::max<std::size_t>(
        1, std::min<std::size_t>(static_cast<std::size_t>(threads > 0 ? threads : hardwareThreads()),
                                 count / kPointsPerPart));
    std::vector<search::Archive> archives(parts, search::Archive(rules));
    parallelFor(parts, threads, [&](std::size_t part, int) {
        const std::size_t end = count * (part + 1) / parts;
        for (std::size_t id = count * part / parts; id < end; ++id) {
            add(archives[part], id);
        }
    });
    for (std::size_t part = 1; part < parts; ++part) {
        archives[0].merge(archives[part]);
    }
    return std::move(archives[0]);
}

/// Whether what `after` allows was all allowed by `before`: then a front can only lose members to the rules,
/// never to a rival that was not allowed before.
bool isTighter(const search::Rules& before, const search::Rules& after) {
    for (std::size_t i = 0; i < before.ranges.size(); ++i) {
        if (after.ranges[i].low < before.ranges[i].low || after.ranges[i].high > before.ranges[i].high) {
            return false;
        }
    }
    const auto stays = [&](const point::Constraint& old) {
        return std::ranges::any_of(after.constraints, [&](const point::Constraint& now) {
            return now.metric == old.metric && now.relation == old.relation &&
                   (now.relation == point::Relation::AtMost ? now.bound <= old.bound
                                                            : now.bound >= old.bound);
        });
    };
    return before.objectives == after.objectives && std::ranges::all_of(before.constraints, stays);
}

} // namespace

search::Archive rankPoints(const PointLog& points, std::size_t count, const search::Rules& rules,
                           int threads) {
    return rankInParts(count, rules, threads,
                       [&](search::Archive& part, std::size_t id) { part.add(points[id]); });
}

void fillGaps(search::Archive& archive, const PointLog& points, std::span<const search::Values> lost,
              int threads) {
    archive.merge(
        rankInParts(points.size(), archive.rules(), threads, [&](search::Archive& part, std::size_t id) {
            const std::optional<search::Archive::Entry> entry = part.entryOf(points[id]);
            if (entry && std::ranges::any_of(lost, [&](const search::Values& values) {
                    return search::weaklyDominates(values, entry->values);
                })) {
                part.add(points[id]);
            }
        }));
}

Preview previewOf(const Snapshot& snapshot, const search::Rules& after) {
    Preview preview;
    preview.pointsTotal = snapshot.points.size();
    preview.frontTotal = snapshot.front.size();
    for (std::size_t id = 0; id < snapshot.points.size(); ++id) {
        preview.pointsKept += isKept(after, snapshot.points[id]) ? 1U : 0U;
    }
    if (isTighter(snapshot.rules, after)) {
        for (const point::PointId id : snapshot.front) {
            preview.frontKept += isKept(after, snapshot.points[id]) ? 1U : 0U;
        }
        return preview;
    }
    const std::vector<point::PointId> front =
        rankPoints(snapshot.points, snapshot.points.size(), after).front();
    const std::unordered_set<point::PointId> members(front.begin(), front.end());
    for (const point::PointId id : snapshot.front) {
        preview.frontKept += members.contains(id) ? 1U : 0U;
    }
    return preview;
}

void FrontVolume::measureBox(const search::Rules& rules, const PointLog& points) {
    const std::size_t count = std::min(points.size(), kFirstPoints);
    if (objectives_ == rules.objectives && measuredPoints_ == count) {
        return;
    }
    objectives_ = rules.objectives;
    measuredPoints_ = count;
    best_.fill(std::numeric_limits<double>::infinity());
    worst_.fill(-std::numeric_limits<double>::infinity());
    for (std::size_t id = 0; id < count; ++id) {
        const search::Values values = search::valuesOf(objectives_, points[id].metrics);
        for (std::size_t i = 0; i < objectives_.size(); ++i) {
            if (std::isfinite(values[i])) {
                best_[i] = std::min(best_[i], values[i]);
                worst_[i] = std::max(worst_[i], values[i]);
            }
        }
    }
}

double FrontVolume::of(const search::Archive& archive, const PointLog& points) {
    measureBox(archive.rules(), points);
    std::vector<search::Values> front;
    for (const search::Archive::Entry& entry : archive.entries()) {
        search::Values& scaled = front.emplace_back();
        for (std::size_t i = 0; i < objectives_.size(); ++i) {
            const double extent = worst_[i] - best_[i];
            scaled[i] = extent > 0.0 ? (entry.values[i] - best_[i]) / extent : 0.0;
        }
    }
    return search::hypervolume(front, {1.0, 1.0, 1.0, 1.0}, objectives_.size());
}

} // namespace tandem::engine
