// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/point_network.h"

namespace tandem::engine {

namespace {

quant::IntegerNetwork trainedIntegers(StudyJudge& judge, const point::Point& point,
                                      const TrainedNetwork& trained) {
    const std::span<const nn::Tensor> calibration = judge.evaluator().inputs().calibration;
    return quant::integerNetwork(judge.jointSpace().network(point.encoding), trained.tuned,
                                 calibration.first(1));
}

} // namespace

quant::IntegerNetwork integerNetwork(StudyJudge& judge, const TrainedNetworks& trained,
                                     const point::Point& point) {
    const std::optional<TrainedNetwork> own = trained.find(point.id);
    return own ? trainedIntegers(judge, point, *own) : judge.evaluator().integerNetwork(point.encoding);
}

point::Metrics exactMetrics(StudyJudge& judge, const TrainedNetworks& trained, const point::Point& point) {
    const std::optional<TrainedNetwork> own = trained.find(point.id);
    if (!own) {
        return judge.evaluator().refine(point.encoding);
    }
    point::Metrics metrics = judge.evaluator().refine(point.encoding, trainedIntegers(judge, point, *own));
    metrics.set(point::Metric::Accuracy, own->testAccuracy, point::Source::Measured);
    return metrics;
}

} // namespace tandem::engine
