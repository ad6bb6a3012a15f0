// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/space_parameters.h"

#include "core/hw/templates.h"
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

    /// What the templates let choose about the accelerator, with its clock; the parameters of single bundles
    /// stand behind all others.
    void addAccelerator(const hw::Device& device, std::span<const TemplatePart> templates) {
        addTemplateChoice(templates);
        for (const TemplatePart& part : templates) {
            for (point::Parameter& parameter : part.space->parameters()) {
                push(std::move(parameter));
            }
        }
        addClock(device);
        for (const TemplatePart& part : templates) {
            for (hw::BundleParameter& own : part.space->bundleParameters()) {
                const int place = push(std::move(own.parameter));
                result_.bundles[at(own.bundle)].parameters.push_back(at(place));
            }
        }
    }

    void addTemplateChoice(std::span<const TemplatePart> templates) {
        std::vector<std::string> texts;
        for (const hw::Template& kind : hw::templates()) {
            texts.push_back(fmt::format("{} {}", kind.name, kind.text));
        }
        point::Parameter choice{
            "hw.template", fmt::format("Kind of accelerator: {}", fmt::join(texts, "; ")), {}, 0};
        for (const TemplatePart& part : templates) {
            choice.choices.push_back({static_cast<double>(choice.choices.size()), std::string(part.name)});
        }
        result_.templatePlace = result_.space.parameters.size();
        push(std::move(choice));
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
                               const hw::Device& device, std::span<const TemplatePart> templates) {
    Writer writer(plan, lowering, prepared);
    for (int bundle = 0; bundle < static_cast<int>(plan.bundles.size()); ++bundle) {
        writer.addBundle(bundle);
    }
    writer.addAccelerator(device, templates);
    return writer.finish();
}

} // namespace tandem::space
