// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/joint_space.h"

#include "core/base/error.h"
#include "core/hw/pipeline_engine.h"
#include "core/quant/lowering.h"
#include "core/space/changed_network.h"
#include "core/space/design_metrics.h"
#include "core/space/layer_tables.h"
#include "core/space/plan.h"
#include "core/space/resolution.h"
#include "core/space/space_parameters.h"

#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <span>
#include <utility>

namespace tandem::space {

namespace {

/// What one thread works with: kept from point to point, so that a point allocates nothing.
struct Scratch {
    Resolution resolution;
    Design design;
    std::vector<int> place; ///< of each present layer in the workload
    std::vector<hw::pipeline::Engine> engines;
    std::vector<int> lanes;
};

} // namespace

struct JointSpace::Implementation {
    Implementation(nn::Graph prepared, hw::Device onDevice)
        : graph(std::move(prepared)),
          device(std::move(onDevice)),
          lowering(quant::lower(graph)),
          plan(makePlan(graph, lowering)),
          tables(graph, lowering, plan),
          named(nameParameters(plan, lowering, device, tables.intervals())) {
        chooseDefaultInterval();
    }

    const Space& space() const { return named.space; }

    void check(const Encoding& encoding) const {
        if (!contains(ranges, encoding)) {
            throw inputError("the point does not belong to this space: it has {} choices and the space {} "
                             "parameters, or a choice is out of range",
                             encoding.size(), space().parameters.size());
        }
    }

    Resolution resolved(const Encoding& encoding) const {
        check(encoding);
        Resolution resolution;
        resolve(plan, named.places, encoding, resolution);
        return resolution;
    }

    /// Fills the design of a point in; `resolution` is left as that of the point.
    void decode(const Encoding& encoding, bool withNames, Scratch& scratch) const {
        check(encoding);
        resolve(plan, named.places, encoding, scratch.resolution);
        const Resolution& resolution = scratch.resolution;
        hw::Workload& workload = scratch.design.workload;
        const Resolution::Tensor& input = resolution.tensors[at(plan.input)];
        const quant::MapShape& shape = plan.tensors[at(plan.input)].shape;
        workload.inputChannels = shape.channels;
        workload.inputHeight = shape.height;
        workload.inputWidth = shape.width;
        workload.inputBits = input.bits;
        workload.inputSigned = input.isSigned;
        const auto present = std::ranges::count_if(resolution.layers, &Resolution::Layer::present);
        workload.layers.resize(static_cast<std::size_t>(present));
        scratch.design.parameters.foldings.resize(static_cast<std::size_t>(present));
        scratch.design.clockMhz = device.clocks[encoding[named.clockPlace]];
        scratch.engines.resize(static_cast<std::size_t>(present));
        scratch.place.resize(plan.layers.size());
        int next = 0;
        for (int i = 0; i < static_cast<int>(plan.layers.size()); ++i) {
            if (resolution.layers[at(i)].present) {
                scratch.place[at(i)] = next;
                hw::Layer& layer = workload.layers[at(next)];
                decodeLayer(i, scratch, layer);
                layer.name = withNames ? lowering.layers[at(i)].name : std::string();
                const std::size_t layerShape = tables.shapeOf(i, resolution);
                layer.accumulatorBits = tables.accumulatorBits(i, layerShape, layer.weightBits,
                                                               layer.inputBits, layer.inputSigned);
                hw::pipeline::Folding& folding = scratch.design.parameters.foldings[at(next)];
                folding = tables.allocate(i, layerShape, encoding[named.intervalPlace],
                                          producerLanes(layer, scratch));
                scratch.engines[at(next)] = hw::pipeline::engineOf(layer, folding);
                ++next;
            }
        }
    }

    /// Channels side by side in the streams that a layer reads from others.
    static std::span<const int> producerLanes(const hw::Layer& layer, Scratch& scratch) {
        scratch.lanes.clear();
        for (const int producer : layer.inputs) {
            if (producer != hw::kNetworkInput) {
                scratch.lanes.push_back(scratch.engines[at(producer)].outputLanes);
            }
        }
        return scratch.lanes;
    }

    void decodeLayer(int index, const Scratch& scratch, hw::Layer& layer) const {
        const PlannedLayer& planned = plan.layers[at(index)];
        const Resolution& resolution = scratch.resolution;
        const Resolution::Tensor& output = resolution.tensors[at(planned.output)];
        layer.inputs.clear();
        for (const int tensor : planned.inputs) {
            const int producer = plan.tensors[at(resolution.tensors[at(tensor)].source)].producer;
            layer.inputs.push_back(producer == kNone ? hw::kNetworkInput : scratch.place[at(producer)]);
        }
        const Resolution::Tensor& input = resolution.tensors[at(planned.inputs[0])];
        layer.inputBits = input.bits;
        layer.inputSigned = input.isSigned;
        tables.setGeometry(index, resolution, layer);
        layer.weightBits = resolution.layers[at(index)].weightBits;
        layer.multiplierBits = planned.kind == hw::LayerKind::MaximumPool ? 0 : 16;
        layer.outputBits = output.bits;
        layer.outputSigned = output.isSigned;
    }

    Metrics costOf(const Encoding& encoding, Scratch& scratch) const {
        decode(encoding, false, scratch);
        return designMetrics(scratch.design, tables.parameterCount(scratch.resolution), device);
    }

    /// The fastest interval at which the imported network fits the device, else the slowest.
    void chooseDefaultInterval() {
        ranges = fullRanges(named.space);
        Scratch scratch;
        Encoding encoding = space().importedPoint();
        Parameter& interval = named.space.parameters[named.intervalPlace];
        for (std::size_t choice = 0; choice < interval.choices.size(); ++choice) {
            encoding[named.intervalPlace] = static_cast<std::uint8_t>(choice);
            const Metrics metrics = costOf(encoding, scratch);
            if (metrics.value(Metric::Utilization) <= 100.0F) {
                interval.imported = static_cast<int>(choice);
                return;
            }
        }
    }

    nn::Graph graph;
    hw::Device device;
    quant::Lowering lowering;
    Plan plan;
    LayerTables tables;
    NamedParameters named;
    Ranges ranges;
    mutable tbb::enumerable_thread_specific<Scratch> perThread;
};

JointSpace::JointSpace(nn::Graph prepared, hw::Device device)
    : implementation_(std::make_unique<Implementation>(std::move(prepared), std::move(device))) {}
JointSpace::~JointSpace() = default;
JointSpace::JointSpace(JointSpace&&) noexcept = default;
JointSpace& JointSpace::operator=(JointSpace&&) noexcept = default;

const Space& JointSpace::space() const {
    return implementation_->space();
}

const std::vector<Bundle>& JointSpace::bundles() const {
    return implementation_->named.bundles;
}

const nn::Graph& JointSpace::imported() const {
    return implementation_->graph;
}

const hw::Device& JointSpace::device() const {
    return implementation_->device;
}

Design JointSpace::design(const Encoding& encoding) const {
    Scratch scratch;
    implementation_->decode(encoding, true, scratch);
    return std::move(scratch.design);
}

Metrics JointSpace::cost(const Encoding& encoding) const {
    return implementation_->costOf(encoding, implementation_->perThread.local());
}

nn::Graph JointSpace::network(const Encoding& encoding) const {
    return changedNetwork(implementation_->graph, implementation_->lowering, implementation_->plan,
                          implementation_->resolved(encoding));
}

std::vector<LayerBits> JointSpace::precision(const Encoding& encoding) const {
    const Resolution resolution = implementation_->resolved(encoding);
    const Plan& plan = implementation_->plan;
    std::vector<LayerBits> bits;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        if (resolution.layers[i].present) {
            bits.push_back(
                {resolution.layers[i].weightBits, resolution.tensors[at(plan.layers[i].output)].bits});
        }
    }
    return bits;
}

} // namespace tandem::space
