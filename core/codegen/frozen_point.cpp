// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/frozen_point.h"

#include "core/base/parallel.h"
#include "core/codegen/rtl/rtl.h"
#include "core/judge/accuracy/share_interval.h"
#include "core/judge/cost/cost.h"

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
    const judge::ShareInterval interval = judge::shareInterval(point.metrics.value(metric), on.count);
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
