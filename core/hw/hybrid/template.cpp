// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/hybrid/template.h"

#include "core/hw/folded/choices.h"
#include "core/hw/folded/template.h"
#include "core/hw/hybrid/accelerator.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <utility>

namespace tandem::hw::hybrid {

namespace {

constexpr const char* kBundles = "hw.hybrid.bundles";

class HybridSpace final : public TemplateSpace {
  public:
    HybridSpace(const SearchedNetwork& network, const Device& device)
        : device_(device), bundleCount_(static_cast<int>(network.bundles.size())) {
        for (const SearchedNetwork::SearchedLayer& layer : network.layers) {
            bundleOf_.push_back(layer.bundle);
        }
    }

    std::vector<point::Parameter> parameters() const override {
        const std::vector<int> counts = bundlesOffered();
        return {numberParameter(kBundles,
                                "Bundles that the hybrid template has as a pipeline, or as near as the "
                                "network can be cut; the others are folded",
                                counts, static_cast<int>(counts.size()) / 2)};
    }

    void bind(const point::Space& space) override {
        bundles_ = ParameterValues(space, kBundles);
        interval_ = ParameterValues(space, "hw.pipeline.interval");
        folded_ = folded::Choices(space);
    }

    Fault decode(const SearchedPoint& point, AnyAccelerator& result) const override {
        const std::vector<int> possible = cuts(point.workload);
        if (possible.empty()) {
            return "hybrid template: the network can be cut nowhere, because more than one layer's output is "
                   "read behind every cut";
        }
        auto& made = result.reuse<Hybrid>();
        const int wanted = layersWanted(point);
        made.parameters.layers =
            *std::ranges::min_element(possible, {}, [wanted](int cut) { return std::abs(cut - wanted); });
        made.parts = split(point.workload, made.parameters.layers);
        if (Fault inHead = pipeline::fault(made.parts.head)) {
            return inHead;
        }
        made.parameters.tail = folded_.of(point.encoding);
        made.parameters.tail.streamed = true;
        if (Fault inTail = folded::compile(made.parts.tail, made.parameters.tail, made.program)) {
            return inTail;
        }
        made.parameters.head =
            allocate(made.parts.head, static_cast<std::int64_t>(interval_.of(point.encoding)),
                     made.parameters.tail.columns);
        made.memory = folded::memoryOn(device_, made.parameters.tail.busBits, point.clockMhz);
        return seamFault(made.parts, made.parameters);
    }

    Fault settle(const SearchedPoint& point, AnyAccelerator& result) const override {
        return decode(point, result);
    }

  private:
    /// From one bundle to all but one; of a network with more than a parameter has choices evenly spread.
    std::vector<int> bundlesOffered() const {
        constexpr int kMostChoices = std::numeric_limits<std::uint8_t>::max();
        const int most = std::max(1, bundleCount_ - 1), offered = std::min(most, kMostChoices);
        std::vector<int> counts{most};
        for (int i = offered - 1; i > 0; --i) {
            counts.push_back(1 + static_cast<int>(std::int64_t{most - 1} * (i - 1) / (offered - 1)));
        }
        std::ranges::reverse(counts);
        return counts;
    }

    /// Layers up to the last one of the bundles that are to be the pipeline.
    int layersWanted(const SearchedPoint& point) const {
        const int bundles = bundles_.integerOf(point.encoding);
        int wanted = 0;
        for (std::size_t l = 0; l < point.origins.size(); ++l) {
            const auto layer = static_cast<std::size_t>(point.origins[l].layer);
            wanted = bundleOf_[layer] < bundles ? static_cast<int>(l) + 1 : wanted;
        }
        return wanted;
    }

    Device device_;
    int bundleCount_ = 0;
    std::vector<int> bundleOf_; ///< per layer
    ParameterValues bundles_, interval_;
    folded::Choices folded_;
};

} // namespace

bool isPossibleOn(const Device& device) {
    return folded::isPossibleOn(device);
}

std::unique_ptr<TemplateSpace> spaceOf(const SearchedNetwork& network, const Device& device) {
    return std::make_unique<HybridSpace>(network, device);
}

} // namespace tandem::hw::hybrid
