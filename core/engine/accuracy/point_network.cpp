// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/point_network.h"

#include <nlohmann/json.hpp>

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
                                     const point::Point& point, const std::stop_token& cancel) {
    const std::optional<TrainedNetwork> own = trained.find(point.id);
    return own ? trainedIntegers(judge, point, *own)
               : judge.evaluator({}, cancel).integerNetwork(point.encoding, cancel);
}

codegen::FrozenPoint freeze(StudyJudge& judge, const TrainedNetworks& trained, const point::Point& point,
                            const std::stop_token& cancel) {
    const std::optional<TrainedNetwork> own = trained.find(point.id);
    if (!own) {
        const judge::Evaluator& evaluator = judge.evaluator({}, cancel);
        return codegen::freeze(evaluator, point, evaluator.integerNetwork(point.encoding, cancel), cancel);
    }
    codegen::FrozenPoint frozen =
        codegen::freeze(judge.evaluator({}, cancel), point, trainedIntegers(judge, point, *own), cancel);
    frozen.point.metrics.set(point::Metric::Accuracy, own->testAccuracy, point::Source::Measured);
    frozen.accuracy = {"test samples", judge.dataRecord().at("split").at("test").get<std::size_t>()};
    return frozen;
}

} // namespace tandem::engine
