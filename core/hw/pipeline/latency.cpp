// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/cost.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace tandem::hw::pipeline {

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

/// When the beats of each row of a map are there, as if they came evenly within the row.
struct Flow {
    struct Row {
        double first, last;
    };
    std::vector<Row> rows;
};

/// Goes through the rows of a layer: the first pixel of each waits for its input, the rest for the engine.
Flow flowAfter(const Layer& layer, const Engine& engine, const Flow& in) {
    const int height = (layer.kernelHeight - 1) * layer.dilationHeight + 1;
    const int width = (layer.kernelWidth - 1) * layer.dilationWidth + 1;
    const double steps = static_cast<double>(engine.frameSteps()) / layer.outputHeight;
    const double pixel = steps * engine.pace / layer.outputWidth;
    // A row's cycles after a pause: what has been fetched of streamed weights goes at a step a cycle.
    const auto work = [&](double pause) {
        const double held = std::min<double>(engine.wordsHeld, pause / engine.pace);
        return std::max(steps, (steps - held) * engine.pace);
    };
    const auto arrival = [&](int y, int x) {
        const int bottom = std::min(y * layer.strideHeight - layer.padTop + height, layer.inputHeight) - 1;
        const int right = std::min(x * layer.strideWidth - layer.padLeft + width, layer.inputWidth);
        const Flow::Row& row = in.rows[at(bottom)];
        const double beats = static_cast<double>(layer.inputWidth) * engine.inputBeats;
        const double pace = beats > 1 ? (row.last - row.first) / (beats - 1) : 0;
        return row.first + (static_cast<double>(right) * engine.inputBeats - 1) * pace + 1;
    };
    Flow out;
    double free = engine.lead;
    for (int y = 0; y < layer.outputHeight; ++y) {
        const double start = std::max(free, arrival(y, 0));
        // The row ends when the engine has done it or one pixel after its last input.
        free = std::max(start + work(start - free), arrival(y, layer.outputWidth - 1) + pixel);
        out.rows.push_back({start + engine.steps - 1 + engine.latency,
                            free - 1 + engine.latency + (engine.beatsPerGroup - 1)});
    }
    return out;
}

/// The row of the input with the last cell that row y of the output needs.
int lastRow(const Layer& layer, int y) {
    return traitsOf(layer.kind).channels == ChannelRule::Spread ? (y + 1) * layer.block - 1
                                                                : y * layer.inputHeight / layer.outputHeight;
}

/// Engines that work beat by beat: a row comes when its last input row does, not faster than a beat a cycle.
Flow streamAfter(const Layer& layer, const Engine& engine, const Flow& in) {
    Flow out;
    const double beats = static_cast<double>(engine.outputFrame) / layer.outputHeight;
    double free = 0;
    for (int y = 0; y < layer.outputHeight; ++y) {
        const Flow::Row& row = in.rows[at(lastRow(layer, y))];
        const double first = std::max(free, row.first + engine.latency);
        const double last = std::max(first + beats - 1, row.last + engine.latency);
        out.rows.push_back({first, last});
        free = last + 1;
    }
    return out;
}

/// The input port gives a beat a cycle.
Flow inputFlow(const Layer& first, const Engine& engine) {
    Flow flow;
    const double row = static_cast<double>(first.inputWidth) * engine.inputBeats;
    for (int y = 0; y < first.inputHeight; ++y) {
        flow.rows.push_back({1 + y * row, (y + 1) * row});
    }
    return flow;
}

/// The flow with other lanes: parts leave one a cycle, gathered beats when their last part has come.
/// `elements`: of a row.
Flow conversion(const Flow& in, double elements, int from, int to) {
    const int common = std::gcd(from, to);
    const double parts = elements / common;
    const int registers = (from > common ? 1 : 0) + (to > common ? 1 : 0);
    Flow out;
    double free = 0;
    for (const Flow::Row& row : in.rows) {
        const double pace = parts > 1 ? std::max(1.0, (row.last - row.first) / (parts - 1)) : 1;
        const double first = std::max(free, row.first + registers + (to / common - 1) * pace);
        const double last = std::max(first + parts - to / common, row.last + registers + from / common - 1);
        out.rows.push_back({first, last});
        free = last + 1;
    }
    return out;
}

} // namespace

std::int64_t latencyEstimate(const Workload& workload, const Parameters& parameters) {
    return latencyEstimate(workload, enginesOf(workload, parameters));
}

std::int64_t latencyEstimate(const Workload& workload, std::span<const Engine> engines) {
    std::vector<Flow> flows(workload.layers.size() + 1);
    std::vector<int> lanes(workload.layers.size() + 1, 0);
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const Layer& layer = workload.layers[l];
        const Engine& engine = engines[l];
        if (l == 0) {
            lanes[0] = engine.inputLanes;
            flows[0] = inputFlow(layer, engine);
        }
        Flow in;
        in.rows.assign(at(layer.inputHeight), {0, 0});
        for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
            const std::size_t producer = at(layer.inputs[i] + 1);
            const Flow& own = flows[producer]; // factors have one row
            const double elements =
                static_cast<double>(inputElements(layer, i)) / static_cast<double>(own.rows.size());
            const Flow converted = conversion(own, elements, lanes[producer], engine.inputLanes);
            for (std::size_t y = 0; y < in.rows.size(); ++y) {
                const Flow::Row& row = converted.rows[std::min(y, own.rows.size() - 1)];
                in.rows[y].first = std::max(in.rows[y].first, row.first);
                in.rows[y].last = std::max(in.rows[y].last, row.last);
            }
        }
        flows[l + 1] =
            hasWindow(engine.module) ? flowAfter(layer, engine, in) : streamAfter(layer, engine, in);
        lanes[l + 1] = engine.outputLanes;
    }
    return static_cast<std::int64_t>(flows.back().rows.back().last) + 1;
}

} // namespace tandem::hw::pipeline
