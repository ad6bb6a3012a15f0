// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/frozen_point.h"

#include "core/base/parallel.h"
#include "core/codegen/rtl/rtl.h"
#include "core/judge/cost/cost.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tandem::codegen {

std::string FrozenPoint::sourceText(point::Metric metric) const {
    const point::Source source = point.metrics.source(metric);
    std::string text(point::sourceName(source));
    const bool isShare = metric == point::Metric::Agreement || metric == point::Metric::Accuracy;
    if (!isShare || source != point::Source::Measured) {
        return text;
    }
    const MeasuredOn& on = metric == point::Metric::Accuracy ? accuracy : agreement;
    const ShareInterval interval = shareInterval(point.metrics.value(metric), on.count);
    return text + fmt::format(" on {} {}, 95 % interval {:.1f} to {:.1f}", on.count, on.inputs, interval.low,
                              interval.high);
}

FrozenPoint freeze(const judge::Evaluator& evaluator, point::Point point, quant::IntegerNetwork network,
                   const std::stop_token& cancel) {
    const space::JointSpace& joint = evaluator.jointSpace();
    space::Design design = evaluator.exactDesign(point.encoding, network);
    design.accelerator = settled(network, *design.accelerator);
    stopIfAsked(cancel);
    point.metrics.improve(judge::exactCost(joint, point.encoding, design));
    point.metrics.improve(evaluator.measured(network, cancel));
    const double staticMj = static_cast<double>(point.metrics.value(point::Metric::StaticMj));
    FrozenPoint frozen{std::move(point), std::move(network), std::move(design), {}, {}, {}};
    frozen.layers = judge::layerDetails(frozen.design, joint.device(), staticMj);
    const judge::JudgingInputs& inputs = evaluator.inputs();
    frozen.agreement = inputs.validation.empty() ? MeasuredOn{"generated inputs", inputs.calibration.size()}
                                                 : MeasuredOn{"validation samples", inputs.validation.size()};
    frozen.accuracy = frozen.agreement;
    return frozen;
}

ShareInterval shareInterval(double percent, std::size_t count) {
    if (count == 0) {
        return {};
    }
    constexpr double kDeviations = 1.959964; // of a normal distribution, 95 % within
    const double n = static_cast<double>(count), share = percent / 100.0;
    const double square = kDeviations * kDeviations / n;
    const double middle = (share + square / 2) / (1 + square);
    const double reach = kDeviations / (1 + square) * std::sqrt(share * (1 - share) / n + square / (4 * n));
    return {100.0 * std::max(0.0, middle - reach), 100.0 * std::min(1.0, middle + reach)};
}

} // namespace tandem::codegen
