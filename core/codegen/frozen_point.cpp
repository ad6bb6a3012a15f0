// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/frozen_point.h"

#include "core/base/parallel.h"
#include "core/codegen/rtl/rtl.h"
#include "core/judge/accuracy/share_interval.h"
#include "core/judge/cost/cost.h"

#include <utility>

namespace tandem::codegen {

std::optional<MeasuredOn> FrozenPoint::measuredOn(point::Metric metric) const {
    const bool isShare = metric == point::Metric::Agreement || metric == point::Metric::Accuracy;
    if (!isShare || point.metrics.source(metric) != point::Source::Measured) {
        return std::nullopt;
    }
    return metric == point::Metric::Accuracy ? accuracy : agreement;
}

std::string FrozenPoint::sourceText(point::Metric metric) const {
    const std::string text(point::sourceName(point.metrics.source(metric)));
    const std::optional<MeasuredOn> on = measuredOn(metric);
    return on ? text + " on " + toText(*on, point.metrics.value(metric)) : text;
}

std::string toText(const MeasuredOn& on, double percent) {
    const judge::ShareInterval interval = judge::shareInterval(percent, on.count);
    return fmt::format("{} {}, 95 % interval {:.1f} to {:.1f}", on.count, on.inputs, interval.low,
                       interval.high);
}

FrozenPoint freeze(const judge::Evaluator& evaluator, point::Point point, quant::IntegerNetwork network,
                   const std::stop_token& cancel) {
    const space::JointSpace& joint = evaluator.jointSpace();
    space::Design design = evaluator.exactDesign(point.encoding, network);
    design.accelerator = settled(network, *design.accelerator);
    stopIfAsked(cancel);
    point.metrics.improve(judge::exactCost(joint, point.encoding, design));
    const judge::MeasuredShares measured = evaluator.measured(network, cancel);
    point.metrics.improve(measured.metrics);
    const double staticMj = static_cast<double>(point.metrics.value(point::Metric::StaticMj));
    FrozenPoint frozen{std::move(point), std::move(network), std::move(design), {}, {}, {}};
    frozen.layers = judge::layerDetails(frozen.design, joint.device(), staticMj);
    frozen.agreement = {evaluator.inputs().validation.empty() ? "generated inputs" : "validation samples",
                        measured.count};
    frozen.accuracy = frozen.agreement;
    return frozen;
}

} // namespace tandem::codegen
