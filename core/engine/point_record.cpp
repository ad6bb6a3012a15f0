// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/point_record.h"

#include <utility>

namespace tandem::engine {

codegen::PointRecord pointRecord(Session& session, point::PointId id, const std::stop_token& cancel) {
    codegen::FrozenPoint frozen = session.freeze(id, cancel);
    const auto snapshot = session.snapshot();
    codegen::PointRecord record{
        session.setup().model.filename().string(), std::move(frozen), snapshot->rules.objectives, {}};
    for (const point::PointId other : snapshot->front) {
        record.front.push_back(snapshot->points[other]);
    }
    return record;
}

} // namespace tandem::engine
