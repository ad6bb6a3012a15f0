// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/evaluation/thread_budget.h"
#include "core/engine/run/runner.h"
#include "core/engine/study/study_judge.h"
#include "core/hw/device/device.h"

#include <memory>
#include <vector>

namespace tandem::engine {

/// What a design may use of the device: LUT, FF, DSP and block RAM, of an ASIC the area, and power where the
/// device states a budget.
std::vector<point::Constraint> budgetsOf(const hw::Device& device);

/// What a study searches, on threads that it shares. `judge` must outlive the problem.
Problem problemOf(StudyJudge& judge, std::vector<point::Objective> objectives,
                  std::shared_ptr<ThreadBudget> threads);

} // namespace tandem::engine
