// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/point_export.h"
#include "core/engine/session.h"

namespace tandem::engine {

/// A point of a session as it is known now, with what an export of it shows. From any thread. Throws Error
/// (Input) where the study has no such point.
codegen::PointRecord pointRecord(const Session& session, point::PointId id);

} // namespace tandem::engine
