// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/space_parameters.h"

#include "core/hw/device/technology.h"
#include "core/hw/pipeline/engine.h"
#include "core/space/model_precision.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tandem::space {

namespace {

class Writer {
  public:
    Writer(const Plan& plan, const quant::Lowering& lowering, const nn::Graph& prepared)
        : plan_(plan), lowering_(lowering), prepared_(prepared) {
        places().width.assign(plan.groups.size(), kNone);
        places().skip.assign(plan.skips.size(), kNone);
        places().kernel.assign(plan.layers.size(), kNone);
        places().weightBits.assign(plan.bundles.size(), kNone);
        places().activationBits.assign(plan.bundles.size(), kNone);
        places().multiplier.assign(plan.bundles.size(), kNone);
    }

    void addBundle(int index) {
        const PlannedBundle& planned = plan_.bundles[at(index)];
        Bundle bundle;
        bundle.name = fmt::format("b{}", index);
        bundle.title = planned.title;
        for (const int layer : planned.layers) {
            const std::vector<nn::NodeId>& nodes = lowering_.layers[at(layer)].nodes;
            bundle.nodes.insert(bundle.nodes.end(), nodes.begin(), nodes.end());
        }
        std::ranges::sort(bundle.nodes);
        result_.bundles.push_back(std::move(bundle));
        addDepth(planned);
        addKernel(planned);
        addWidth(planned);
        const ModelPrecision own = modelPrecision(prepared_, lowering_, planned.layers);
        places().weightBits[at(index)] =
            addBits("weight_bits", fmt::format("Bits of every weight of {}", named(index)), own.weightBits);
        places().activationBits[at(index)] =
            addBits("activation_bits", fmt::format("Bits of every activation that {} writes", named(index)),
                    own.activationBits);
    }

    /// Behind all other parameters of the bundles.
    void addMultipliers(const hw::Device& device) {
        for (int index = 0; index < static_cast<int>(plan_.bundles.size()); ++index) {
            Bundle& bundle = result_.bundles[at(index)];
            point::Parameter parameter{
                fmt::format("hw.pipeline.{}.multiplier", bundle.name),
                fmt::format(
                    "What multiplies in {}: a DSP for each product, LUTs, or DSPs that output channels "
                    "share (where they can)",
                    named(index)),
                {},
                0};
            parameter.choices = multipliers(device);
            places().multiplier[at(index)] = push(std::move(parameter));
            bundle.parameters.push_back(at(places().multiplier[at(index)]));
        }
    }

    void addAccelerator(const hw::Device& device, const std::vector<std::int64_t>& intervals) {
        result_.templatePlace = result_.space.parameters.size();
        point::Parameter templates{
            "hw.template",
            "Kind of accelerator: pipeline has one engine per layer, connected by streams; "
            "folded computes layer after layer on one array; hybrid has the first bundles as "
            "a pipeline and the others folded",
            {{0, "pipeline"}},
            0};
        const bool folds = device.dramGBperS > 0.0; // weights and maps come from external memory
        if (folds) {
            templates.choices.push_back({1, "folded"});
            templates.choices.push_back({2, "hybrid"});
        }
        push(std::move(templates));
        point::Parameter interval{"hw.pipeline.interval",
                                  "Cycles per frame that every layer's engine is made fast enough for",
                                  {},
                                  0};
        for (const std::int64_t cycles : intervals) {
            interval.choices.push_back({static_cast<double>(cycles), fmt::format("{}", cycles)});
        }
        interval.imported = static_cast<int>(intervals.size()) - 1;
        result_.intervalPlace = result_.space.parameters.size();
        push(std::move(interval));
        if (folds) {
            addFolded(device);
            addHybrid();
        }
        addClock(device);
    }

    void addHybrid() {
        point::Parameter bundles{
            "hw.hybrid.bundles",
            "Bundles that the hybrid template has as a pipeline, or as near as the network can be "
            "cut; the others are folded",
            {},
            0};
        for (int count = 1; count == 1 || count < static_cast<int>(plan_.bundles.size()); ++count) {
            bundles.choices.push_back({static_cast<double>(count), fmt::format("{}", count)});
        }
        bundles.imported = static_cast<int>(bundles.choices.size()) / 2;
        result_.bundlesPlace = result_.space.parameters.size();
        push(std::move(bundles));
    }

    void addClock(const hw::Device& device) {
        point::Parameter clock{"hw.clock_mhz", "Clock of the accelerator, MHz", {}, 0};
        for (const double mhz : device.clocks) {
            if (mhz == device.clockMhz) {
                clock.imported = static_cast<int>(clock.choices.size());
            }
            clock.choices.push_back({mhz, fmt::format("{}", mhz)});
        }
        result_.clockPlace = result_.space.parameters.size();
        push(std::move(clock));
    }

    /// What only the folded template asks for.
    void addFolded(const hw::Device& device) {
        const auto numbers = [this](const char* name, const char* description,
                                    std::initializer_list<int> values, int imported) {
            point::Parameter parameter{name, description, {}, imported};
            for (const int value : values) {
                parameter.choices.push_back({static_cast<double>(value), fmt::format("{}", value)});
            }
            push(std::move(parameter));
            return result_.space.parameters.size() - 1;
        };
        result_.rowsPlace =
            numbers("hw.folded.rows",
                    "Input channels that the folded array multiplies side by side, at most as many "
                    "as columns",
                    {4, 8, 16, 32}, 1);
        result_.columnsPlace =
            numbers("hw.folded.columns", "Output channels that the folded array computes side by side",
                    {8, 16, 32, 64}, 1);
        result_.orderPlace = result_.space.parameters.size();
        push({"hw.folded.order",
              "What moves slowest in the folded array: a block of output channels with its weights, or a "
              "pixel",
              {{0, "weights"}, {1, "outputs"}},
              0});
        result_.busPlace = numbers("hw.folded.bus_bits", "Width of each memory port of the folded template",
                                   {32, 64, 128}, 1);
        result_.poolPlace =
            numbers("hw.folded.pool_kb",
                    "Activation memory of the folded template at most, KB; maps that need more are "
                    "computed in bands of rows from and to memory",
                    {16, 32, 64, 128, 256, 512, 1024}, 6);
        result_.foldedMultiplierPlace = result_.space.parameters.size();
        point::Parameter multiplier{
            "hw.folded.multiplier",
            "What makes the products of the folded array: DSPs, LUTs, or DSPs that two share",
            multipliers(device), 0};
        push(std::move(multiplier));
    }

    NamedParameters finish() { return std::move(result_); }

  private:
    ParameterPlaces& places() { return result_.places; }

    std::string named(int bundle) const {
        return fmt::format("b{} ({})", bundle, plan_.bundles[at(bundle)].title);
    }

    int push(point::Parameter parameter) {
        result_.space.parameters.push_back(std::move(parameter));
        return static_cast<int>(result_.space.parameters.size()) - 1;
    }

    /// A parameter of the newest bundle whose last choice is the imported one.
    int add(const std::string& name, std::string description, std::vector<point::Choice> choices) {
        Bundle& bundle = result_.bundles.back();
        const int imported = static_cast<int>(choices.size()) - 1;
        const int index = push({fmt::format("model.{}.{}", bundle.name, name), std::move(description),
                                std::move(choices), imported});
        bundle.parameters.push_back(at(index));
        return index;
    }

    /// What can multiply on a device: sharing needs DSPs that hold two products.
    static std::vector<point::Choice> multipliers(const hw::Device& device) {
        using hw::Multiplier;
        const bool asic = device.family == hw::DeviceFamily::Asic;
        const bool shares = hw::technologyOf(device.family).dspOperandBits >= hw::pipeline::kDspOperandBits;
        std::vector<point::Choice> choices;
        for (const Multiplier multiplier : hw::kMultipliers) {
            const bool possible =
                multiplier == Multiplier::Fabric ||
                (multiplier == Multiplier::Dsp ? device.dsp > 0.0 || asic : device.dsp > 0.0 && shares);
            if (possible) {
                choices.push_back({static_cast<double>(multiplier), hw::toString(multiplier)});
            }
        }
        return choices;
    }

    int addBits(const std::string& name, std::string description, int imported) {
        std::vector<point::Choice> choices;
        for (int count = kFewestBits; count <= kMostBits; ++count) {
            choices.push_back({static_cast<double>(count), fmt::format("{}", count)});
        }
        const int index = add(name, std::move(description), std::move(choices));
        result_.space.parameters[at(index)].imported = imported - kFewestBits;
        return index;
    }

    void addDepth(const PlannedBundle& planned) {
        if (planned.skip == kNone) {
            return;
        }
        const Skip& skip = plan_.skips[at(planned.skip)];
        const std::string what =
            !skip.isResidual ? named(skip.bundle)
            : skip.bundle == skip.lastBundle
                ? fmt::format("the residual block of b{}", skip.bundle)
                : fmt::format("the residual block of b{} to b{}", skip.bundle, skip.lastBundle);
        places().skip[at(planned.skip)] =
            add("depth", fmt::format("1 keeps {}, 0 leaves it out", what), {{0, "0"}, {1, "1"}});
    }

    void addKernel(const PlannedBundle& planned) {
        if (planned.kernelLayer == kNone) {
            return;
        }
        std::vector<point::Choice> choices;
        for (const nn::Extent& kernel : plan_.layers[at(planned.kernelLayer)].kernels) {
            choices.push_back({static_cast<double>(std::max(kernel.height, kernel.width)),
                               fmt::format("{}x{}", kernel.height, kernel.width)});
        }
        places().kernel[at(planned.kernelLayer)] =
            add("kernel", "Size of the kernel; a smaller one is the centre of the imported one",
                std::move(choices));
    }

    void addWidth(const PlannedBundle& planned) {
        if (planned.group == kNone) {
            return;
        }
        const WidthGroup& group = plan_.groups[at(planned.group)];
        std::vector<point::Choice> choices;
        for (const int count : group.counts) {
            choices.push_back({static_cast<double>(count), fmt::format("{}", count)});
        }
        std::string others;
        for (const PlannedLayer& layer : plan_.layers) {
            const std::string name = fmt::format("b{}", layer.bundle);
            const bool writes = layer.kind == hw::LayerKind::Convolution &&
                                plan_.tensors[at(layer.output)].group == planned.group;
            if (writes && layer.bundle != group.bundle) {
                others += (others.empty() ? "" : ", ") + name;
            }
        }
        places().width[at(planned.group)] =
            add("width",
                fmt::format("Channels that stay, of {}{}", group.channels,
                            others.empty() ? "" : "; additions make it hold for " + others + " too"),
                std::move(choices));
    }

    const Plan& plan_;
    const quant::Lowering& lowering_;
    const nn::Graph& prepared_;
    NamedParameters result_;
};

} // namespace

NamedParameters nameParameters(const Plan& plan, const quant::Lowering& lowering, const nn::Graph& prepared,
                               const hw::Device& device, const std::vector<std::int64_t>& intervals) {
    Writer writer(plan, lowering, prepared);
    for (int bundle = 0; bundle < static_cast<int>(plan.bundles.size()); ++bundle) {
        writer.addBundle(bundle);
    }
    writer.addAccelerator(device, intervals);
    writer.addMultipliers(device);
    return writer.finish();
}

} // namespace tandem::space
