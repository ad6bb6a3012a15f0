// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/joint_space.h"

#include "core/space/changed_network.h"
#include "core/space/decoder.h"

#include <algorithm>
#include <utility>

namespace tandem::space {

struct JointSpace::Implementation {
    Decoder decoder;
};

JointSpace::JointSpace(nn::Graph prepared, hw::Device device)
    : implementation_(new Implementation{{std::move(prepared), std::move(device)}}) {}
JointSpace::~JointSpace() = default;
JointSpace::JointSpace(JointSpace&&) noexcept = default;
JointSpace& JointSpace::operator=(JointSpace&&) noexcept = default;

const point::Space& JointSpace::space() const {
    return decoder().named().space;
}

const std::vector<Bundle>& JointSpace::bundles() const {
    return decoder().named().bundles;
}

const nn::Graph& JointSpace::imported() const {
    return decoder().graph();
}

const hw::Device& JointSpace::device() const {
    return decoder().device();
}

const std::vector<hw::HostOperator>& JointSpace::hostOperators() const {
    return decoder().hostOperators();
}

const Decoder& JointSpace::decoder() const {
    return implementation_->decoder;
}

hw::Fault JointSpace::fault(const point::Encoding& encoding) const {
    Scratch scratch;
    return decoder().decode(encoding, true, scratch);
}

Design JointSpace::design(const point::Encoding& encoding) const {
    Scratch scratch;
    hw::refuse(decoder().decode(encoding, true, scratch));
    hw::AnyAccelerator& accelerator = scratch.accelerators[scratch.chosen];
    accelerator->streamWhatDoesNotFit(scratch.workload, device(), scratch.clockMhz);
    return {std::move(scratch.workload), std::move(accelerator), scratch.clockMhz};
}

Design JointSpace::design(const point::Encoding& encoding, hw::Workload exact) const {
    return decoder().settle(encoding, std::move(exact));
}

std::int64_t JointSpace::parameterCount(const point::Encoding& encoding) const {
    Resolution resolution;
    decoder().resolvePoint(encoding, resolution);
    return decoder().tables().parameterCount(resolution);
}

nn::Graph JointSpace::network(const point::Encoding& encoding) const {
    Resolution resolution;
    decoder().resolvePoint(encoding, resolution);
    return changedNetwork(decoder().graph(), decoder().lowering(), decoder().plan(), resolution);
}

point::Encoding JointSpace::networkPoint(const point::Encoding& encoding) const {
    Resolution resolution;
    decoder().resolvePoint(encoding, resolution);
    const Plan& plan = decoder().plan();
    const ParameterPlaces& places = decoder().named().places;
    point::Encoding network = space().importedPoint();
    const auto take = [&](int place) {
        if (place != kNone) {
            network[at(place)] = encoding[at(place)];
        }
    };
    std::ranges::for_each(places.skip, take);
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const PlannedLayer& layer = plan.layers[i];
        if (!resolution.layers[i].present) {
            continue;
        }
        take(places.kernel[i]);
        if (layer.bundle != kNone) {
            take(places.weightBits[at(layer.bundle)]);
            take(places.activationBits[at(layer.bundle)]);
        }
        if (layer.kind == hw::LayerKind::Convolution) {
            take(places.width[at(plan.tensors[at(layer.output)].group)]);
        }
    }
    return network;
}

std::vector<LayerBits> JointSpace::precision(const point::Encoding& encoding) const {
    Resolution resolution;
    decoder().resolvePoint(encoding, resolution);
    const std::vector<PlannedLayer>& layers = decoder().plan().layers;
    std::vector<LayerBits> bits;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (resolution.layers[i].present) {
            bits.push_back({resolution.layers[i].weightBits, resolution.tensors[at(layers[i].output)].bits});
        }
    }
    return bits;
}

} // namespace tandem::space
