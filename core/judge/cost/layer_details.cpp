// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/cost/layer_details.h"

#include "core/hw/system.h"
#include "core/space/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tandem::judge {

namespace {

std::string kindName(const hw::Layer& layer) {
    const hw::KindTraits traits = hw::traitsOf(layer.kind);
    const bool whole = layer.kernelHeight == layer.inputHeight && layer.kernelWidth == layer.inputWidth;
    if (layer.kind == hw::LayerKind::Convolution && whole && layer.outputHeight * layer.outputWidth == 1) {
        return "fully connected";
    }
    if (layer.kind == hw::LayerKind::AveragePool && whole) {
        return fmt::format("global {}", traits.shortName);
    }
    if (layer.kind == hw::LayerKind::Expand) {
        return fmt::format("{} {}x{}", layer.expandRepeats ? "repeat" : traits.shortName, layer.expandHeight,
                           layer.expandWidth);
    }
    const bool blocks =
        traits.channels == hw::ChannelRule::Spread || traits.channels == hw::ChannelRule::Gathered;
    return blocks ? fmt::format("{} {}", traits.shortName, layer.block) : std::string(traits.shortName);
}

} // namespace

std::vector<LayerDetails> layerDetails(const space::Design& design, const hw::Device& device,
                                       double staticMj) {
    constexpr double kPjPerMj = 1e9;
    const std::vector<hw::LayerFigures> figures = design.accelerator->layers(design.workload, device.family);
    std::int64_t slowest = 1, all = 0;
    for (const hw::LayerFigures& own : figures) {
        slowest = std::max(slowest, own.cycles);
        all += own.cycles;
    }
    std::vector<LayerDetails> details;
    for (std::size_t l = 0; l < figures.size(); ++l) {
        const hw::LayerFigures& own = figures[l];
        const hw::Layer& layer = design.workload.layers[l];
        const auto cycles = static_cast<double>(own.cycles);
        details.push_back({layer, own.folding, hw::multiplyAccumulates(layer), own.cycles,
                           hw::resourcesOn(device, own.resources), hw::energyOn(device, own.energy),
                           staticMj * kPjPerMj * cycles / static_cast<double>(all),
                           cycles / static_cast<double>(slowest)});
    }
    return details;
}

std::vector<LayerDetails> layerDetails(const space::JointSpace& joint, const point::Encoding& encoding) {
    space::Scratch scratch;
    if (joint.decoder().decode(encoding, true, scratch)) {
        return {};
    }
    // Also lets weights stream where they do not fit.
    const hw::SystemFigures figures = hw::searchedFigures(
        scratch.workload, scratch.accelerator(), scratch.clockMhz, joint.decoder().hostMs(), joint.device());
    const space::Design design{std::move(scratch.workload), std::move(scratch.accelerators[scratch.chosen]),
                               scratch.clockMhz};
    return layerDetails(design, joint.device(), figures.staticMj);
}

std::string describe(const hw::Layer& layer) {
    std::string text = kindName(layer);
    const hw::KindTraits traits = hw::traitsOf(layer.kind);
    if (traits.hasWindow && text == traits.shortName) {
        text += fmt::format(" {}x{}", layer.kernelHeight, layer.kernelWidth);
        if (layer.strideHeight != 1 || layer.strideWidth != 1) {
            text += layer.strideHeight == layer.strideWidth
                        ? fmt::format(" s{}", layer.strideHeight)
                        : fmt::format(" s{}x{}", layer.strideHeight, layer.strideWidth);
        }
    }
    return text;
}

} // namespace tandem::judge
