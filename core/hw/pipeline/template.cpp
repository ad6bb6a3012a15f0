// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/template.h"

#include "core/hw/pipeline/accelerator.h"
#include "core/hw/pipeline/cost.h"
#include "core/hw/pipeline/folding_tables.h"
#include "core/hw/pipeline/timing.h"
#include "core/hw/template_parameters.h"

#include <utility>

namespace tandem::hw::pipeline {

namespace {

constexpr const char* kInterval = "hw.pipeline.interval";

class PipelineSpace final : public TemplateSpace {
  public:
    PipelineSpace(const SearchedNetwork& network, const Device& device)
        : device_(device), bundles_(network.bundles), tables_(network) {
        for (const SearchedNetwork::SearchedLayer& layer : network.layers) {
            bundleOf_.push_back(layer.bundle);
        }
    }

    std::vector<point::Parameter> parameters() const override {
        point::Parameter interval{kInterval,
                                  "Cycles per frame that every layer's engine is made fast enough for",
                                  {},
                                  static_cast<int>(tables_.intervals().size()) - 1};
        for (const std::int64_t cycles : tables_.intervals()) {
            interval.choices.push_back({static_cast<double>(cycles), fmt::format("{}", cycles)});
        }
        return {std::move(interval)};
    }

    std::vector<BundleParameter> bundleParameters() const override {
        std::vector<BundleParameter> all;
        for (std::size_t i = 0; i < bundles_.size(); ++i) {
            const SearchedNetwork::Bundle& bundle = bundles_[i];
            all.push_back(
                {static_cast<int>(i),
                 multiplierParameter(
                     multiplierName(bundle),
                     fmt::format("What multiplies in {} ({}): a DSP for each product, LUTs, or DSPs that "
                                 "output channels share (where they can)",
                                 bundle.name, bundle.title),
                     device_)});
        }
        return all;
    }

    void bind(const point::Space& space) override {
        interval_ = space.indexOf(kInterval);
        for (const SearchedNetwork::Bundle& bundle : bundles_) {
            multipliers_.emplace_back(space, multiplierName(bundle));
        }
    }

    /// The fastest interval at which the imported network fits the device, else the slowest.
    void chooseImported(point::Space& space, const UtilizationOf& utilization) const override {
        constexpr double kAll = 100.0;
        point::Encoding encoding = space.importedPoint();
        point::Parameter& interval = space.parameters[interval_];
        for (std::size_t choice = 0; choice < interval.choices.size(); ++choice) {
            encoding[interval_] = static_cast<std::uint8_t>(choice);
            if (utilization(encoding) <= kAll) {
                interval.imported = static_cast<int>(choice);
                return;
            }
        }
    }

    Fault decode(const SearchedPoint& point, AnyAccelerator& result) const override {
        for (const LayerOrigin& origin : point.origins) {
            if (const Fault& fault = tables_.fault(origin)) {
                return fault;
            }
        }
        auto& pipeline = result.reuse<Pipeline>();
        const std::vector<Layer>& layers = point.workload.layers;
        pipeline.parameters.weightPort = {};
        pipeline.parameters.foldings.resize(layers.size());
        pipeline.engines.resize(layers.size());
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const LayerOrigin& origin = point.origins[l];
            const Multiplier multiplier =
                possibleMultiplier(layers[l], multiplierOf(origin.layer, point.encoding));
            const FoldingTables::Candidate candidate = tables_.allocate(
                origin, point.encoding[interval_], layers[l].inputs, pipeline.engines, multiplier);
            pipeline.parameters.foldings[l] = candidate.folding;
            pipeline.engines[l] = candidate.engine;
        }
        return std::nullopt;
    }

    Fault settle(const SearchedPoint& point, AnyAccelerator& result) const override {
        if (Fault inWorkload = fault(point.workload)) {
            return inWorkload;
        }
        std::vector<Multiplier> multipliers;
        for (const LayerOrigin& origin : point.origins) {
            multipliers.push_back(multiplierOf(origin.layer, point.encoding));
        }
        Parameters parameters =
            allocate(point.workload, tables_.intervals().at(point.encoding[interval_]), multipliers);
        pipeline::streamWhatDoesNotFit(point.workload, parameters, budgetOn(device_, point.clockMhz));
        result = Pipeline(point.workload, withLeastBuffers(point.workload, parameters));
        return std::nullopt;
    }

  private:
    static std::string multiplierName(const SearchedNetwork::Bundle& bundle) {
        return fmt::format("hw.pipeline.{}.multiplier", bundle.name);
    }

    /// What a layer is to multiply with, if it can.
    Multiplier multiplierOf(int layer, const point::Encoding& encoding) const {
        const int bundle = bundleOf_[static_cast<std::size_t>(layer)];
        return bundle < 0 ? Multiplier::Dsp
                          : static_cast<Multiplier>(
                                multipliers_[static_cast<std::size_t>(bundle)].integerOf(encoding));
    }

    Device device_;
    std::vector<SearchedNetwork::Bundle> bundles_;
    std::vector<int> bundleOf_; ///< per layer
    FoldingTables tables_;
    std::size_t interval_ = 0;
    std::vector<ParameterValues> multipliers_; ///< per bundle
};

} // namespace

bool isPossibleOn(const Device&) {
    return true;
}

std::unique_ptr<TemplateSpace> spaceOf(const SearchedNetwork& network, const Device& device) {
    return std::make_unique<PipelineSpace>(network, device);
}

} // namespace tandem::hw::pipeline
