// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/decoder.h"

#include "core/base/error.h"
#include "core/hw/pipeline/cost.h"
#include "core/space/design_metrics.h"
#include "core/space/folded_metrics.h"

#include <algorithm>
#include <utility>

namespace tandem::space {

namespace {

/// Channels side by side in the streams that a layer reads from others.
std::span<const int> producerLanes(const hw::Layer& layer, Scratch& scratch) {
    scratch.lanes.clear();
    for (const int producer : layer.inputs) {
        if (producer != hw::kNetworkInput) {
            scratch.lanes.push_back(scratch.engines[at(producer)].outputLanes);
        }
    }
    return scratch.lanes;
}

} // namespace

Decoder::Decoder(nn::Graph prepared, hw::Device onDevice)
    : graph_(std::move(prepared)),
      device_(std::move(onDevice)),
      lowering_(quant::lower(graph_)),
      host_(hw::hostOperators(lowering_.before, lowering_.tensors[at(lowering_.input)].shape.count(),
                              lowering_.tensors[at(lowering_.output)].shape.count(), lowering_.after,
                              device_)),
      hostMs_(hw::totalMilliseconds(host_)),
      plan_(makePlan(graph_, lowering_)),
      tables_(graph_, lowering_, plan_),
      named_(nameParameters(plan_, lowering_, graph_, device_, tables_.intervals())),
      ranges_(point::fullRanges(named_.space)) {
    chooseDefaultInterval();
}

void Decoder::resolvePoint(const point::Encoding& encoding, Resolution& resolution) const {
    if (!point::contains(ranges_, encoding)) {
        throw inputError("the point does not belong to this space: it has {} choices and the space {} "
                         "parameters, or a choice is out of range",
                         encoding.size(), named_.space.parameters.size());
    }
    resolve(plan_, named_.places, encoding, resolution);
}

void Decoder::decode(const point::Encoding& encoding, bool withNames, Scratch& scratch) const {
    resolvePoint(encoding, scratch.resolution);
    const Resolution& resolution = scratch.resolution;
    hw::Workload& workload = scratch.design.workload;
    const Resolution::Tensor& input = resolution.tensors[at(plan_.input)];
    const quant::MapShape& shape = plan_.tensors[at(plan_.input)].shape;
    workload.inputChannels = shape.channels;
    workload.inputHeight = shape.height;
    workload.inputWidth = shape.width;
    workload.inputBits = input.bits;
    workload.inputSigned = input.isSigned;
    const auto present =
        static_cast<std::size_t>(std::ranges::count_if(resolution.layers, &Resolution::Layer::present));
    workload.layers.resize(present);
    scratch.engines.resize(present);
    scratch.place.resize(plan_.layers.size());
    std::vector<hw::pipeline::Folding>& foldings = scratch.design.parameters.foldings;
    foldings.resize(present);
    scratch.design.clockMhz = device_.clocks[encoding[named_.clockPlace]];
    int next = 0;
    for (int i = 0; i < static_cast<int>(plan_.layers.size()); ++i) {
        if (!resolution.layers[at(i)].present) {
            continue;
        }
        scratch.place[at(i)] = next;
        hw::Layer& layer = workload.layers[at(next)];
        decodeLayer(i, scratch, layer);
        if (withNames) {
            layer.name = lowering_.layers[at(i)].name;
        }
        const std::size_t layerShape = tables_.shapeOf(i, resolution);
        layer.accumulatorBits =
            tables_.accumulatorBits(i, layerShape, layer.weightBits, layer.inputBits, layer.inputSigned);
        if (layer.kind == hw::LayerKind::Scale) { // two factors with any zero points
            layer.accumulatorBits = layer.inputBits + layer.secondBits + 2;
        }
        const hw::Multiplier multiplier = hw::pipeline::possibleMultiplier(layer, multiplierOf(i, encoding));
        const LayerTables::Candidate candidate = tables_.allocate(
            i, layerShape, encoding[named_.intervalPlace], producerLanes(layer, scratch), multiplier);
        foldings[at(next)] = candidate.folding;
        scratch.engines[at(next)] = candidate.engine;
        ++next;
    }
    chooseTemplate(encoding, resolution, scratch.design);
}

bool Decoder::streamWhatDoesNotFit(Scratch& scratch) const {
    Design& design = scratch.design;
    if (design.kind != Template::Pipeline ||
        !hw::pipeline::streamWhatDoesNotFit(design.workload, design.parameters,
                                            pipelineBudget(device_, design.clockMhz))) {
        return false;
    }
    scratch.engines = hw::pipeline::enginesOf(design.workload, design.parameters);
    return true;
}

void Decoder::chooseTemplate(const point::Encoding& encoding, const Resolution& resolution,
                             Design& design) const {
    design.kind = static_cast<Template>(encoding[named_.templatePlace]);
    if (design.kind == Template::Pipeline) {
        return;
    }
    const hw::folded::Parameters folded = foldedChoices(encoding);
    if (design.kind == Template::Hybrid) {
        const point::Parameter& parameter = named_.space.parameters[named_.bundlesPlace];
        const auto bundles = static_cast<int>(parameter.choices[encoding[named_.bundlesPlace]].value);
        int wanted = 0, present = 0; // layers up to the last one of those bundles
        for (std::size_t i = 0; i < plan_.layers.size(); ++i) {
            present += resolution.layers[i].present ? 1 : 0;
            wanted = resolution.layers[i].present && plan_.layers[i].bundle < bundles ? present : wanted;
        }
        if (makeHybrid(wanted, tables_.intervals().at(encoding[named_.intervalPlace]), folded, design)) {
            return;
        }
    }
    makeFolded(folded, design);
}

hw::folded::Parameters Decoder::foldedChoices(const point::Encoding& encoding) const {
    const auto value = [&](std::size_t place) {
        return static_cast<int>(named_.space.parameters[place].choices[encoding[place]].value);
    };
    constexpr int kBytesPerKb = 1024;
    hw::folded::Parameters folded;
    folded.rows = value(named_.rowsPlace);
    folded.columns = value(named_.columnsPlace);
    folded.order = value(named_.orderPlace) == 0 ? hw::folded::Order::Weights : hw::folded::Order::Outputs;
    folded.multiplier = static_cast<hw::Multiplier>(value(named_.foldedMultiplierPlace));
    folded.busBits = value(named_.busPlace);
    folded.poolWords = value(named_.poolPlace) * kBytesPerKb / folded.columns;
    return folded;
}

hw::Multiplier Decoder::multiplierOf(int layer, const point::Encoding& encoding) const {
    const int bundle = plan_.layers[at(layer)].bundle;
    if (bundle == kNone) {
        return hw::Multiplier::Dsp;
    }
    const std::size_t place = at(named_.places.multiplier[at(bundle)]);
    return static_cast<hw::Multiplier>(
        static_cast<int>(named_.space.parameters[place].choices[encoding[place]].value));
}

void Decoder::decodeLayer(int index, const Scratch& scratch, hw::Layer& layer) const {
    const PlannedLayer& planned = plan_.layers[at(index)];
    const Resolution& resolution = scratch.resolution;
    const Resolution::Tensor& output = resolution.tensors[at(planned.output)];
    layer.inputs.clear();
    for (const int tensor : planned.inputs) {
        const int producer = plan_.tensors[at(resolution.tensors[at(tensor)].source)].producer;
        layer.inputs.push_back(producer == kNone ? hw::kNetworkInput : scratch.place[at(producer)]);
    }
    const Resolution::Tensor& input = resolution.tensors[at(planned.inputs[0])];
    layer.inputBits = input.bits;
    layer.inputSigned = input.isSigned;
    tables_.setGeometry(index, resolution, layer);
    layer.weightBits = resolution.layers[at(index)].weightBits;
    const bool rescales = !planned.keepsFormat && planned.kind != hw::LayerKind::Table;
    layer.multiplierBits = rescales ? 16 : 0;
    const bool isScale = planned.kind == hw::LayerKind::Scale;
    layer.secondBits = isScale ? resolution.tensors[at(planned.inputs[1])].bits : 0;
    layer.secondSigned = isScale && resolution.tensors[at(planned.inputs[1])].isSigned;
    layer.outputBits = output.bits;
    layer.outputSigned = output.isSigned;
}

point::Metrics Decoder::cost(const point::Encoding& encoding, Scratch& scratch) const {
    decode(encoding, false, scratch);
    if (scratch.design.kind != Template::Pipeline) {
        const std::int64_t count = tables_.parameterCount(scratch.resolution);
        return scratch.design.kind == Template::Folded
                   ? foldedMetrics(scratch.design, count, hostMs_, device_)
                   : hybridMetrics(scratch.design, count, hostMs_, device_, false);
    }
    const std::int64_t count = tables_.parameterCount(scratch.resolution);
    point::Metrics metrics = designMetrics(scratch.design, scratch.engines, count, hostMs_, device_);
    if (metrics.value(point::Metric::Bram) > device_.bram36 && streamWhatDoesNotFit(scratch)) {
        metrics = designMetrics(scratch.design, scratch.engines, count, hostMs_, device_);
    }
    return metrics;
}

/// The fastest interval at which the imported network fits the device, else the slowest.
void Decoder::chooseDefaultInterval() {
    Scratch scratch;
    point::Encoding encoding = named_.space.importedPoint();
    point::Parameter& interval = named_.space.parameters[named_.intervalPlace];
    for (std::size_t choice = 0; choice < interval.choices.size(); ++choice) {
        encoding[named_.intervalPlace] = static_cast<std::uint8_t>(choice);
        if (cost(encoding, scratch).value(point::Metric::Utilization) <= 100.0F) {
            interval.imported = static_cast<int>(choice);
            return;
        }
    }
}

} // namespace tandem::space
