// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/export_input.h"

#include "core/base/error.h"
#include "core/hw/device/primitives.h"
#include "core/hw/pipeline/weight_stream.h"
#include "core/judge/evaluator.h"
#include "core/quant/arithmetic/run.h"
#include "core/space/design_metrics.h"
#include "core/space/folded_metrics.h"
#include "core/space/layer_details.h"

#include <chrono>
#include <ctime>

namespace tandem::app {

namespace {

std::string today() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm calendar{};
    localtime_r(&now, &calendar);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d", &calendar);
    return text.data();
}

std::vector<codegen::ReportFigure> figures(const point::Metrics& metrics, const hw::Device& device) {
    std::vector<codegen::ReportFigure> rows;
    for (const point::Metric metric : point::metricsInOrder()) {
        if (metrics.source(metric) != point::Source::None) {
            std::string source(point::sourceName(metrics.source(metric)));
            if (const std::optional<hw::FitError> error = space::fitErrorOf(metric, device)) {
                source += fmt::format(", {:.0f} % off on average", 100.0 * error->mean);
            }
            rows.push_back({std::string(point::metricTitle(metric)),
                            fmt::format("{:.6g}", metrics.value(metric)),
                            std::string(point::metricUnit(metric)), std::move(source)});
        }
    }
    return rows;
}

std::vector<codegen::ReportGauge> gauges(const point::Metrics& metrics, const hw::Device& device) {
    std::vector<codegen::ReportGauge> rows;
    for (const auto& [metric, available] : {std::pair{point::Metric::Lut, device.lut},
                                            {point::Metric::Ff, device.ff},
                                            {point::Metric::Dsp, device.dsp},
                                            {point::Metric::Bram, device.bram36},
                                            {point::Metric::AreaMm2, device.areaMm2}}) {
        if (metrics.source(metric) != point::Source::None && available > 0) {
            rows.push_back({std::string(point::metricTitle(metric)), metrics.value(metric), available,
                            std::string(point::sourceName(metrics.source(metric)))});
        }
    }
    return rows;
}

std::vector<double> amounts(const hw::Resources& used, hw::DeviceFamily family) {
    std::vector<double> values;
    for (const hw::Primitive& primitive : hw::primitivesOf(family)) {
        values.push_back(primitive.of(used));
    }
    return values;
}

std::vector<codegen::ReportLayer> layers(const space::Design& design, const hw::Device& device,
                                         double staticMj) {
    std::vector<codegen::ReportLayer> rows;
    for (const space::LayerDetails& detail : space::layerDetails(design, device, staticMj)) {
        const hw::Layer& layer = detail.layer;
        const bool weighted =
            layer.kind == hw::LayerKind::Convolution || layer.kind == hw::LayerKind::DepthwiseConvolution;
        rows.push_back({layer.name, space::describe(layer),
                        fmt::format("{}x{}x{}", layer.outputChannels, layer.outputHeight, layer.outputWidth),
                        weighted ? layer.weightBits : 0, layer.outputBits, detail.folding.pe,
                        detail.folding.simd, hw::toString(detail.folding.multiplier), detail.macs,
                        detail.interval, amounts(detail.resources, device.family), detail.energy.compute,
                        detail.energy.onChip, detail.energy.dram, detail.staticPj});
    }
    return rows;
}

std::vector<codegen::ReportTime> timeParts(const point::Metrics& metrics) {
    std::vector<codegen::ReportTime> parts;
    for (const auto& [metric, name] : {std::pair{point::Metric::StartUpMs, "start-up"},
                                       {point::Metric::HostMs, "host"},
                                       {point::Metric::TransferMs, "transfers"},
                                       {point::Metric::AcceleratorMs, "accelerator"}}) {
        if (metrics.source(metric) != point::Source::None) {
            parts.push_back({name, metrics.value(metric)});
        }
    }
    return parts;
}

std::string axisTitle(point::Metric metric, const point::Metrics& metrics) {
    const std::string_view unit = point::metricUnit(metric);
    return fmt::format("{}{}{}, {}", point::metricTitle(metric), unit.empty() ? "" : ", ", unit,
                       point::sourceName(metrics.source(metric)));
}

std::optional<codegen::ReportFront> front(const engine::Snapshot& snapshot, const point::Point& chosen) {
    if (snapshot.rules.objectives.size() < 2) {
        return std::nullopt;
    }
    const point::Metric y = snapshot.rules.objectives[0].metric;
    const point::Metric x = snapshot.rules.objectives[1].metric;
    codegen::ReportFront plotted{axisTitle(x, chosen.metrics), axisTitle(y, chosen.metrics), {}};
    const auto add = [&](const point::Point& point, bool isChosen) {
        if (point.metrics.source(x) != point::Source::None &&
            point.metrics.source(y) != point::Source::None) {
            plotted.points.push_back({point.metrics.value(x), point.metrics.value(y), isChosen});
        }
    };
    for (const point::PointId id : snapshot.front) {
        if (id != chosen.id) {
            add(snapshot.points[id], false);
        }
    }
    add(chosen, true);
    return plotted;
}

std::vector<std::string> notes(bool folded, const hw::Device& device) {
    std::vector<std::string> lines{
        fmt::format(
            "Modelled cycles come from replaying every {}; modelled DSP and block RAM are "
            "those of Yosys; LUT, FF and the area of standard cells come from a fit; energy is operation "
            "and access counts times published unit energies, static energy the device's static "
            "power over the latency, shared by the layers' cycles.",
            folded ? "instruction with a memory of the device's bandwidth and 32 cycles of "
                     "latency"
                   : "beat of the pipeline"),
        "How far fitted figures are off from what Yosys counts: " + hw::fitText(device) + ".",
        "ONNX rounds half to even where this arithmetic rounds half up: outputs "
        "of model.onnx can differ by one step where a value "
        "falls exactly between two."};
    if (device.family == hw::DeviceFamily::Asic) {
        lines.emplace_back(
            "The area is that of standard cells and of memory macros whose size is an assumption "
            "of the device's profile.");
    }
    return lines;
}

/// The layers of a pipeline whose weights stream: "fc1, fc2".
std::string streamedLayers(const space::Design& design) {
    std::vector<std::string> names;
    for (std::size_t l = 0; design.kind == space::Template::Pipeline && l < design.workload.layers.size();
         ++l) {
        if (hw::pipeline::streamsWeights(design.workload.layers[l], design.parameters.foldings[l])) {
            names.push_back(design.workload.layers[l].name);
        }
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

} // namespace

codegen::ExportInput exportInput(const engine::Session& session, point::PointId id, int goldenInputs) {
    const auto snapshot = session.snapshot();
    if (id >= snapshot->points.size()) {
        throw inputError("the study has no point {}; its points are 0 to {}", id,
                         static_cast<std::int64_t>(snapshot->points.size()) - 1);
    }
    const point::Point& point = snapshot->points[id];
    const space::JointSpace& joint = session.jointSpace();
    const judge::Evaluator& evaluator = session.evaluator();

    codegen::ExportInput input;
    input.network = session.integerNetwork(id);
    const space::Design design = evaluator.exactDesign(point.encoding, input.network);
    input.parameters = design.parameters;
    if (design.kind == space::Template::Folded) {
        input.folded = design.folded;
        input.memory = space::memoryOf(joint.device(), design.folded, design.clockMhz);
    }
    if (design.kind == space::Template::Hybrid) {
        input.hybrid = design.hybrid;
        input.memory = space::memoryOf(joint.device(), design.hybrid.tail, design.clockMhz);
    }
    input.clockMhz = design.clockMhz;
    input.family = joint.device().family;
    input.part = joint.device().part;
    input.hasDsps = joint.device().dsp > 0.0;
    const judge::JudgingInputs& judging = evaluator.inputs();
    const std::vector<nn::Tensor>& source =
        judging.validation.empty() ? judging.calibration : judging.validation;
    for (int i = 0; i < goldenInputs; ++i) {
        const nn::Tensor& tensor = source[static_cast<std::size_t>(i) % source.size()];
        input.goldenInputs.push_back(quant::integerInput(input.network, std::span(&tensor, 1)));
    }

    codegen::ReportData& report = input.report;
    report.network = joint.imported().name;
    report.device = joint.device().title;
    report.acceleratorTemplate = input.hybrid ? "hybrid" : input.folded ? "folded" : "pipeline";
    report.study = session.setup().model.filename().string();
    report.point = std::to_string(id);
    report.date = today();
    report.figures = figures(point.metrics, joint.device());
    report.gauges = gauges(point.metrics, joint.device());
    const double staticMj = point.metrics.source(point::Metric::StaticMj) == point::Source::None
                                ? 0.0
                                : static_cast<double>(point.metrics.value(point::Metric::StaticMj));
    report.layers = layers(design, joint.device(), staticMj);
    for (const hw::Primitive& primitive : hw::primitivesOf(joint.device().family)) {
        report.resourceNames.emplace_back(primitive.name);
    }
    report.time = timeParts(point.metrics);
    report.host = joint.device().host;
    for (const hw::HostOperator& host : joint.hostOperators()) {
        report.hostOperators.push_back(
            {host.name, host.kind, host.operations, host.bytes, host.milliseconds});
    }
    report.front = front(*snapshot, point);
    report.notes = notes(input.folded.has_value(), joint.device());
    if (const std::string layers = streamedLayers(design); !layers.empty()) {
        report.notes.push_back(fmt::format(
            "The weights of {} stream from memory, again for every output pixel. Cycles are for a memory "
            "that gives the first beat of a request after {} cycles, then one every {}.",
            layers, design.parameters.weightPort.memory.latency, design.parameters.weightPort.memory.gap));
    }
    const point::Space& space = joint.space();
    for (std::size_t i = 0; i < space.parameters.size(); ++i) {
        report.parameters.emplace_back(space.parameters[i].name,
                                       space.parameters[i].choices[point.encoding[i]].label);
    }
    return input;
}

} // namespace tandem::app
