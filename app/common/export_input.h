// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/export.h"
#include "core/engine/session.h"

namespace tandem::app {

/// Everything an export of one point of a session needs: the quantized network, the exact accelerator,
/// `goldenInputs` inputs of the study's data, and the report. Throws Error (Input) where the study has no
/// such point.
codegen::ExportInput exportInput(const engine::Session& session, point::PointId id, int goldenInputs = 3);

} // namespace tandem::app
