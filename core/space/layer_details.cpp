// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/layer_details.h"

#include "core/hw/folded/program.h"
#include "core/space/design_metrics.h"

#include <fmt/format.h>

#include <algorithm>

namespace tandem::space {

namespace {

std::string kindName(const hw::Layer& layer) {
    const bool whole = layer.kernelHeight == layer.inputHeight && layer.kernelWidth == layer.inputWidth;
    switch (layer.kind) {
    case hw::LayerKind::Convolution:
        return whole && layer.outputHeight * layer.outputWidth == 1 ? "fully connected" : "conv";
    case hw::LayerKind::DepthwiseConvolution:
        return "depth-wise";
    case hw::LayerKind::MaximumPool:
        return "max pool";
    case hw::LayerKind::AveragePool:
        return whole ? "global average pool" : "average pool";
    case hw::LayerKind::Add:
        return "add";
    case hw::LayerKind::Table:
        return "table";
    case hw::LayerKind::Concat:
        return "concat";
    case hw::LayerKind::Select:
        return "select";
    case hw::LayerKind::Expand:
        return fmt::format("{} {}x{}", layer.expandRepeats ? "repeat" : "expand", layer.expandHeight,
                           layer.expandWidth);
    case hw::LayerKind::Scale:
        return "scale";
    case hw::LayerKind::SpaceToDepth:
        return fmt::format("space to depth {}", layer.block);
    case hw::LayerKind::DepthToSpace:
        return fmt::format("depth to space {}", layer.block);
    }
    return "";
}

} // namespace

std::vector<LayerDetails> layerDetails(const Design& design, const hw::Device& device, double staticMj) {
    constexpr double kPjPerMj = 1e9;
    std::vector<LayerDetails> details;
    std::int64_t slowest = 1, all = 0;
    const std::size_t layers = design.workload.layers.size();
    const std::size_t pipelined = design.kind == Template::Pipeline ? layers
                                  : design.kind == Template::Hybrid
                                      ? static_cast<std::size_t>(design.hybrid.layers)
                                      : 0;
    const hw::pipeline::Parameters& foldings =
        design.kind == Template::Hybrid ? design.hybrid.head : design.parameters;
    for (std::size_t i = 0; i < pipelined; ++i) {
        const hw::Layer& layer = design.workload.layers[i];
        const hw::pipeline::Folding folding = foldings.foldings.at(i);
        details.push_back({layer, folding, hw::multiplyAccumulates(layer),
                           hw::pipeline::layerInterval(layer, folding, foldings.weightPort),
                           resourcesOn(device, hw::pipeline::layerResources(layer, folding, device.family,
                                                                            foldings.weightPort)),
                           hw::pipeline::layerEnergy(layer, folding, foldings.weightPort)});
    }
    // The first layer that takes the frame counts for it; a fork hands it to the others.
    const auto first = std::ranges::find_if(details, [](const LayerDetails& detail) {
        return std::ranges::count(detail.layer.inputs, hw::kNetworkInput) > 0;
    });
    if (first != details.end()) {
        first->energy.dram += hw::pipeline::inputEnergy(design.workload);
    }
    if (design.kind == Template::Pipeline && !details.empty()) {
        details.back().energy.dram += hw::pipeline::outputEnergy(design.workload);
    }
    if (pipelined < layers) {
        const hw::Workload tail =
            pipelined == 0 ? design.workload : hw::hybrid::split(design.workload, design.hybrid.layers).tail;
        const hw::folded::Parameters& choices =
            design.kind == Template::Hybrid ? design.hybrid.tail : design.folded;
        const hw::folded::Timing timing = hw::folded::replay(design.program, tail, {});
        const std::vector<hw::Energy> energies = hw::folded::layerEnergies(tail, design.program);
        for (std::size_t i = pipelined; i < layers; ++i) {
            const hw::Layer& layer = design.workload.layers[i];
            details.push_back({layer,
                               {choices.columns, choices.rows},
                               hw::multiplyAccumulates(layer),
                               timing.layers[i - pipelined],
                               {},
                               energies[i - pipelined]});
        }
    }
    for (const LayerDetails& detail : details) {
        slowest = std::max(slowest, detail.interval);
        all += detail.interval;
    }
    for (LayerDetails& detail : details) {
        detail.energy = energyOn(device, detail.energy);
        detail.load = static_cast<double>(detail.interval) / static_cast<double>(slowest);
        detail.staticPj =
            staticMj * kPjPerMj * static_cast<double>(detail.interval) / static_cast<double>(all);
    }
    return details;
}

std::string describe(const hw::Layer& layer) {
    std::string text = kindName(layer);
    if (text == "conv" || text == "depth-wise" || text == "max pool" || text == "average pool") {
        text += fmt::format(" {}x{}", layer.kernelHeight, layer.kernelWidth);
        if (layer.strideHeight != 1 || layer.strideWidth != 1) {
            text += layer.strideHeight == layer.strideWidth
                        ? fmt::format(" s{}", layer.strideHeight)
                        : fmt::format(" s{}x{}", layer.strideHeight, layer.strideWidth);
        }
    }
    return text;
}

} // namespace tandem::space
