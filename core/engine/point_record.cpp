// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/point_record.h"

#include "core/base/error.h"

namespace tandem::engine {

codegen::PointRecord pointRecord(const Session& session, point::PointId id) {
    const auto snapshot = session.snapshot();
    if (id >= snapshot->points.size()) {
        throw inputError("the study has no point {}; its points are 0 to {}", id,
                         static_cast<std::int64_t>(snapshot->points.size()) - 1);
    }
    codegen::PointRecord record{session.setup().model.filename().string(),
                                snapshot->points[id],
                                session.integerNetwork(id),
                                snapshot->rules.objectives,
                                {}};
    for (const point::PointId other : snapshot->front) {
        record.front.push_back(snapshot->points[other]);
    }
    return record;
}

} // namespace tandem::engine
