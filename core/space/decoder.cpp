// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/decoder.h"

#include "core/base/error.h"
#include "core/hw/system.h"
#include "core/hw/templates.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

namespace tandem::space {

namespace {

/// What the templates see of the network.
hw::SearchedNetwork searchedNetwork(const quant::Lowering& lowering, const Plan& plan,
                                    const LayerTables& tables) {
    hw::SearchedNetwork network;
    for (std::size_t b = 0; b < plan.bundles.size(); ++b) {
        network.bundles.push_back({fmt::format("b{}", b), plan.bundles[b].title});
    }
    for (std::size_t l = 0; l < plan.layers.size(); ++l) {
        network.layers.push_back({plan.layers[l].bundle, tables.shapes(static_cast<int>(l))});
        for (hw::Layer& shape : network.layers.back().shapes) {
            shape.name = lowering.layers[l].name;
        }
    }
    return network;
}

std::vector<TemplatePart> templateParts(const hw::SearchedNetwork& network, const hw::Device& device) {
    std::vector<TemplatePart> parts;
    for (const hw::Template& kind : hw::templates()) {
        if (kind.isPossibleOn(device)) {
            parts.push_back({kind.name, kind.spaceOf(network, device)});
        }
    }
    return parts;
}

} // namespace

Decoder::Decoder(nn::Graph prepared, hw::Device onDevice)
    : graph_(quant::withHostTail(std::move(prepared))),
      device_(std::move(onDevice)),
      lowering_(quant::lower(graph_)),
      host_(hw::hostOperators(lowering_.before, lowering_.tensors[at(lowering_.input)].shape.count(),
                              lowering_.tensors[at(lowering_.output)].shape.count(), lowering_.after,
                              device_)),
      hostMs_(hw::totalMilliseconds(host_)),
      plan_(makePlan(graph_, lowering_)),
      tables_(graph_, lowering_, plan_),
      templates_(templateParts(searchedNetwork(lowering_, plan_, tables_), device_)),
      named_(nameParameters(plan_, lowering_, graph_, device_, templates_)),
      ranges_(point::fullRanges(named_.space)) {
    for (const TemplatePart& part : templates_) {
        part.space->bind(named_.space);
    }
    chooseImported();
}

void Decoder::chooseImported() {
    Scratch scratch;
    const auto utilization = [&](const point::Encoding& encoding) {
        if (decode(encoding, false, scratch)) {
            return std::numeric_limits<double>::infinity();
        }
        const hw::SystemFigures figures =
            hw::searchedFigures(scratch.workload, scratch.accelerator(), scratch.clockMhz, hostMs_, device_);
        return hw::utilization(hw::demandOf(figures, device_), device_);
    };
    for (const TemplatePart& part : templates_) {
        part.space->chooseImported(named_.space, utilization);
    }
    point::Parameter& chosen = named_.space.parameters[named_.templatePlace];
    for (int choice = 0; choice < static_cast<int>(templates_.size()); ++choice) {
        point::Encoding encoding = named_.space.importedPoint();
        encoding[named_.templatePlace] = static_cast<std::uint8_t>(choice);
        if (!decode(encoding, false, scratch)) {
            chosen.imported = choice;
            return;
        }
    }
}

void Decoder::resolvePoint(const point::Encoding& encoding, Resolution& resolution) const {
    if (!point::contains(ranges_, encoding)) {
        throw inputError("the point does not belong to this space: it has {} choices and the space {} "
                         "parameters, or a choice is out of range",
                         encoding.size(), named_.space.parameters.size());
    }
    resolve(plan_, named_.places, encoding, resolution);
}

hw::Fault Decoder::decode(const point::Encoding& encoding, bool withNames, Scratch& scratch) const {
    resolvePoint(encoding, scratch.resolution);
    decodeWorkload(withNames, scratch);
    scratch.clockMhz = device_.clocks[encoding[named_.clockPlace]];
    scratch.chosen = encoding[named_.templatePlace];
    scratch.accelerators.resize(templates_.size());
    return templates_[scratch.chosen].space->decode(
        {encoding, scratch.workload, scratch.origins, scratch.clockMhz},
        scratch.accelerators[scratch.chosen]);
}

Design Decoder::settle(const point::Encoding& encoding, hw::Workload exact) const {
    Resolution resolution;
    resolvePoint(encoding, resolution);
    std::vector<hw::LayerOrigin> origins;
    for (int layer = 0; layer < static_cast<int>(plan_.layers.size()); ++layer) {
        if (resolution.layers[at(layer)].present) {
            origins.push_back({layer, tables_.shapeOf(layer, resolution)});
        }
    }
    const double clockMhz = device_.clocks[encoding[named_.clockPlace]];
    const hw::TemplateSpace& chosen = *templates_[encoding[named_.templatePlace]].space;
    hw::AnyAccelerator accelerator;
    hw::refuse(chosen.settle({encoding, exact, origins, clockMhz}, accelerator));
    return {std::move(exact), std::move(accelerator), clockMhz};
}

void Decoder::decodeWorkload(bool withNames, Scratch& scratch) const {
    const Resolution& resolution = scratch.resolution;
    hw::Workload& workload = scratch.workload;
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
    scratch.origins.resize(present);
    scratch.place.resize(plan_.layers.size());
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
        if (hw::traitsOf(layer.kind).readsFactors) { // two factors with any zero points
            layer.accumulatorBits = layer.inputBits + layer.secondBits + 2;
        }
        scratch.origins[at(next)] = {i, layerShape};
        ++next;
    }
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
    const quant::KindTraits traits = quant::traitsOf(planned.kind);
    layer.multiplierBits = traits.requantizes ? 16 : 0;
    layer.secondBits = traits.readsFactors ? resolution.tensors[at(planned.inputs[1])].bits : 0;
    layer.secondSigned = traits.readsFactors && resolution.tensors[at(planned.inputs[1])].isSigned;
    layer.outputBits = output.bits;
    layer.outputSigned = output.isSigned;
}

} // namespace tandem::space
