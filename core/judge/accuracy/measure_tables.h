// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/judge/accuracy/accuracy_tables.h"
#include "core/judge/judging_inputs.h"
#include "core/space/joint_space.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace tandem::judge {

/// Told what is going on and how much of it is done (0 to 1).
using Progress = std::function<void(std::string_view what, double done)>;

/// Grows when the same inputs give other tables than before: kept ones are then measured anew.
inline constexpr int kTablesVersion = 2;

/// Measures what points of this space are predicted with. The same space, inputs and seed give the same
/// tables, whatever the number of threads. Throws Error (Input) when a label does not fit, Error (Work) when
/// the network cannot be executed, Error (Cancelled) where it was asked to stop.
AccuracyTables measureTables(const space::JointSpace& jointSpace, const JudgingInputs& inputs,
                             std::uint64_t seed, const Workers& workers, const Progress& progress = {});

} // namespace tandem::judge
