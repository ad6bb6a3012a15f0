// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/point_export.h"
#include "core/engine/session.h"

namespace tandem::engine {

/// Freezes a point of a session (ArtefactSession::freeze) and takes with it what an export shows around it.
/// From any thread.
codegen::PointRecord pointRecord(Session& session, point::PointId id, const std::stop_token& cancel = {});

} // namespace tandem::engine
