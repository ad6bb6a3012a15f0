// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/study_problem.h"

#include <utility>

namespace tandem::engine {

using point::Metric;

std::vector<point::Constraint> budgetsOf(const hw::Device& device) {
    std::vector<point::Constraint> budgets;
    const auto atMost = [&](Metric metric, double most) {
        budgets.push_back({metric, point::Relation::AtMost, most});
    };
    atMost(Metric::Faults, 0);
    if (device.family != hw::DeviceFamily::Asic) {
        atMost(Metric::Lut, device.lut);
        atMost(Metric::Ff, device.ff);
        atMost(Metric::Dsp, device.dsp);
        atMost(Metric::Bram, device.bram36);
    } else {
        atMost(Metric::AreaMm2, device.areaMm2);
    }
    if (device.powerBudgetW > 0.0) {
        atMost(Metric::PowerW, device.powerBudgetW);
    }
    return budgets;
}

Problem problemOf(StudyJudge& judge, std::vector<point::Objective> objectives,
                  std::shared_ptr<ThreadBudget> threads) {
    Problem problem;
    problem.space = judge.jointSpace().space();
    problem.objectives = std::move(objectives);
    problem.constraints = judge.setup().constraints;
    problem.fixedConstraints = budgetsOf(judge.jointSpace().device());
    problem.algorithm = {judge.setup().algorithm, judge.setup().algorithmOptions};
    problem.seed = judge.setup().seed;
    problem.threads = std::move(threads);
    problem.prepare = [&judge](const Progress& progress, const std::stop_token& cancel) {
        judge.evaluator(progress, cancel);
    };
    problem.evaluate = [&judge](const point::Encoding& encoding) {
        return judge.evaluator().evaluate(encoding);
    };
    return problem;
}

} // namespace tandem::engine
