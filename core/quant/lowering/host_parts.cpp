// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering/host_parts.h"

#include "core/quant/lowering/lowering.h"

#include <algorithm>
#include <set>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

nn::Shape shapeOf(const MapShape& map) {
    return {1, map.channels, map.height, map.width};
}

} // namespace

std::vector<nn::NodeId> nodesBefore(const nn::Graph& graph, nn::ValueId entry) {
    const std::vector<nn::NodeId> producers = graph.producers();
    std::set<nn::NodeId> nodes;
    std::vector<nn::ValueId> open{entry};
    while (!open.empty()) {
        const nn::ValueId value = open.back();
        open.pop_back();
        const nn::NodeId producer = value == nn::kNoValue ? -1 : producers[at(value)];
        if (producer >= 0 && nodes.insert(producer).second) {
            const auto& inputs = graph.node(producer).inputs;
            open.insert(open.end(), inputs.begin(), inputs.end());
        }
    }
    return {nodes.begin(), nodes.end()};
}

nn::Graph hostPartAfter(const nn::Graph& graph, const std::vector<nn::NodeId>& nodes,
                        const std::vector<LeavingValue>& leaving, const std::vector<MapShape>& parts) {
    std::vector<nn::ValueId> entering;
    for (const LeavingValue& value : leaving) {
        entering.push_back(value.value);
    }
    nn::Graph host = subgraph(graph, nodes, entering, graph.outputs);
    if (leaving.size() == 1) {
        return host;
    }
    std::vector<nn::Node> front;
    std::vector<nn::ValueId> maps; // every part as a map
    MapShape all = parts.front();
    all.channels = 0;
    nn::Split split{1, {}};
    for (const MapShape& part : parts) {
        all.channels += part.channels;
        split.sizes.push_back(part.channels);
        const int index = static_cast<int>(maps.size());
        const auto same = std::ranges::find_if(leaving, [&](const LeavingValue& value) {
            return value.part == index && graph.value(value.value).shape == shapeOf(part);
        });
        maps.push_back(
            same != leaving.end()
                ? host.inputs[static_cast<std::size_t>(same - leaving.begin())]
                : host.addValue(
                      {"leaving_" + std::to_string(index), nn::ElementType::Float32, shapeOf(part), {}, {}}));
    }
    nn::ValueId input = maps[0];
    if (parts.size() > 1) {
        input = host.addValue({"leaving", nn::ElementType::Float32, shapeOf(all), {}, {}});
        front.push_back({"leaving_parts", "Split", split, {input}, maps});
    }
    for (std::size_t i = 0; i < leaving.size(); ++i) {
        const nn::ValueId map = maps[at(leaving[i].part)];
        if (map != host.inputs[i]) {
            front.push_back(
                {"leaving_as_" + std::to_string(i), "Reshape", nn::Reshape{}, {map}, {host.inputs[i]}});
        }
    }
    host.nodes.insert(host.nodes.begin(), front.begin(), front.end());
    host.inputs = {input};
    return host;
}

} // namespace tandem::quant
