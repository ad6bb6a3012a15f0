// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/supernet/shared_network.h"

#include "core/base/random.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"
#include "core/quant/tuning/rounding_graph.h"

#include <algorithm>
#include <cmath>

namespace tandem::judge {

namespace {

using space::at;

const std::vector<float>& numbers(const nn::Graph& graph, nn::ValueId id) {
    return graph.value(id).constant.value().floats();
}

class Maker {
  public:
    Maker(const quant::Lowering& lowering, const nn::Graph& start, std::span<const nn::Tensor> calibration,
          int inputBits, int threads)
        : lowering_(lowering),
          start_(start),
          calibration_(calibration),
          inputBits_(inputBits),
          threads_(threads) {}

    SharedNetwork run() {
        const quant::Calibration statistics = calibrate(start_, lowering_, calibration_, threads_);
        made_.layers.resize(lowering_.layers.size());
        for (int bits = space::kMostBits; bits >= space::kFewestBits; --bits) {
            quant::QuantizationOptions precision;
            precision.inputBits = inputBits_;
            precision.layers.assign(lowering_.layers.size(), {bits, bits});
            const quant::IntegerNetwork integers = quantize(start_, lowering_, statistics, precision);
            const bool isFirst = bits == space::kMostBits;
            const quant::RoundingGraph rounding =
                makeRoundingGraph(start_, lowering_, integers, calibration_, {isFirst, threads_});
            if (isFirst) {
                addWeights(rounding);
            }
            addSteps(rounding, bits);
            for (const quant::IntegerTensor& tensor : integers.tensors) {
                made_.formats[at(bits)].push_back(tensor.format);
            }
        }
        return std::move(made_);
    }

  private:
    std::size_t add(train::ParameterRole role, std::vector<float> block) {
        made_.roles.push_back(role);
        made_.blocks.push_back(std::move(block));
        return made_.blocks.size() - 1;
    }

    void addWeights(const quant::RoundingGraph& rounding) {
        using enum train::ParameterRole;
        constexpr std::array kRoles{Offset, Offset, RunningMean, RunningVariance};
        for (std::size_t i = 0; i < rounding.layers.size(); ++i) {
            const quant::RoundingLayer& layer = rounding.layers[i];
            if (layer.weights == nn::kNoValue) {
                continue;
            }
            SharedLayer& shared = made_.layers[i];
            shared.outputs = numbers(rounding.graph, layer.steps).size();
            shared.weights = add(Weight, numbers(rounding.graph, layer.weights));
            if (layer.bias != nn::kNoValue) {
                shared.bias = add(Offset, numbers(rounding.graph, layer.bias));
            }
            for (std::size_t k = 0; k < layer.normalizing.size(); ++k) {
                shared.normalizing.push_back(add(kRoles[k], numbers(rounding.graph, layer.normalizing[k])));
            }
        }
        for (const train::Parameter& parameter : train::parametersOf(rounding.graph)) {
            if (std::ranges::find(rounding.tail, parameter.value) != rounding.tail.end()) {
                made_.tail.push_back(add(parameter.role, numbers(rounding.graph, parameter.value)));
            }
        }
    }

    void addSteps(const quant::RoundingGraph& rounding, int bits) {
        using enum train::ParameterRole;
        for (std::size_t i = 0; i < rounding.layers.size(); ++i) {
            if (rounding.layers[i].weights != nn::kNoValue) {
                made_.layers[i].steps[at(bits)] =
                    add(StepSize, numbers(rounding.graph, rounding.layers[i].steps));
            }
        }
        const std::vector<int> classes = formatClasses(lowering_);
        std::vector<std::size_t>& steps = made_.tensorSteps[at(bits)];
        for (std::size_t tensor = 0; tensor < classes.size(); ++tensor) {
            const bool isFirst = at(classes[tensor]) == tensor;
            steps.push_back(isFirst ? add(StepSize, numbers(rounding.graph, rounding.steps[tensor]))
                                    : steps[at(classes[tensor])]);
        }
    }

    const quant::Lowering& lowering_;
    const nn::Graph& start_;
    std::span<const nn::Tensor> calibration_;
    int inputBits_, threads_;
    SharedNetwork made_;
};

} // namespace

SharedNetwork makeSharedNetwork(const space::Decoder& decoder, const nn::Graph& start,
                                std::span<const nn::Tensor> calibration, int inputBits, int threads) {
    return Maker(decoder.lowering(), start, calibration, inputBits, threads).run();
}

nn::Graph withRandomWeights(nn::Graph graph, const quant::Lowering& lowering, std::uint64_t seed) {
    Random random(seed);
    for (const quant::LoweredLayer& layer : lowering.layers) {
        if (layer.weights == nn::kNoValue) {
            continue;
        }
        nn::Tensor& weights = graph.value(layer.weights).constant.value();
        const double fanIn = static_cast<double>(weights.floats().size()) /
                             static_cast<double>(lowering.tensors[at(layer.output)].shape.channels);
        std::ranges::generate(weights.floats(),
                              [&] { return static_cast<float>(random.normal() * std::sqrt(2.0 / fanIn)); });
        if (layer.bias != nn::kNoValue) {
            std::ranges::fill(graph.value(layer.bias).constant.value().floats(), 0.0F);
        }
    }
    return graph;
}

} // namespace tandem::judge
