// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/point_export.h"

#include "core/hw/device/primitives.h"
#include "core/judge/cost/cost.h"
#include "core/quant/packed/run.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <optional>
#include <span>
#include <utility>

namespace tandem::codegen {

namespace {

std::string today() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm calendar{};
    localtime_r(&now, &calendar);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d", &calendar);
    return text.data();
}

std::vector<ReportFigure> figures(const FrozenPoint& frozen, const hw::Device& device) {
    const point::Metrics& metrics = frozen.point.metrics;
    std::vector<ReportFigure> rows;
    for (const point::Metric metric : point::metricsInOrder()) {
        if (metrics.source(metric) != point::Source::None) {
            std::string source = frozen.sourceText(metric);
            if (const std::optional<hw::FitError> error = judge::fitErrorOf(metric, device)) {
                source += fmt::format(", {:.0f} % off on average", 100.0 * error->mean);
            }
            rows.push_back({std::string(point::metricTitle(metric)),
                            fmt::format("{:.6g}", metrics.value(metric)),
                            std::string(point::metricUnit(metric)), std::move(source)});
        }
    }
    return rows;
}

std::vector<ReportGauge> gauges(const point::Metrics& metrics, const hw::Device& device) {
    std::vector<ReportGauge> rows;
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

std::vector<ReportLayer> layers(const FrozenPoint& frozen, const hw::Device& device) {
    std::vector<ReportLayer> rows;
    for (const judge::LayerDetails& detail : frozen.layers) {
        const hw::Layer& layer = detail.layer;
        const bool weighted = hw::traitsOf(layer.kind).hasWeights;
        rows.push_back({layer.name, judge::describe(layer),
                        fmt::format("{}x{}x{}", layer.outputChannels, layer.outputHeight, layer.outputWidth),
                        weighted ? layer.weightBits : 0, layer.outputBits, detail.folding.pe,
                        detail.folding.simd, hw::toString(detail.folding.multiplier), detail.macs,
                        detail.interval, amounts(detail.resources, device.family), detail.energy.compute,
                        detail.energy.onChip, detail.energy.dram, detail.staticPj});
    }
    return rows;
}

std::vector<ReportTime> timeParts(const point::Metrics& metrics) {
    std::vector<ReportTime> parts;
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

/// "Agreement, %; predicted, 1 of 96 measured": what the axis shows, and where that comes from for its
/// points.
std::string axisTitle(point::Metric metric, std::span<const point::Point> points) {
    std::array<std::size_t, point::kSourceCount> counts{};
    for (const point::Point& point : points) {
        ++counts[static_cast<std::size_t>(point.metrics.source(metric))];
    }
    const auto most = static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
    const std::string_view unit = point::metricUnit(metric);
    std::string title = fmt::format("{}{}{}; {}", point::metricTitle(metric), unit.empty() ? "" : ", ", unit,
                                    point::sourceName(static_cast<point::Source>(most)));
    for (std::size_t source = 0; source < counts.size(); ++source) {
        if (source != most && counts[source] > 0) {
            title += fmt::format(", {} of {} {}", counts[source], points.size(),
                                 point::sourceName(static_cast<point::Source>(source)));
        }
    }
    return title;
}

ReportScale scaleOf(point::Metric metric, std::span<const point::Point> points) {
    constexpr double kWide = 10.0; // from here on equal ratios are of more interest than equal steps
    const bool isShare = metric == point::Metric::Accuracy || metric == point::Metric::Agreement;
    const auto valueOf = [metric](const point::Point& point) { return point.metrics.value(metric); };
    const auto [first, last] = std::ranges::minmax_element(points, {}, valueOf);
    const double least = valueOf(*first), greatest = valueOf(*last);
    return {.least = 0.0,
            .most = isShare ? std::optional(100.0) : std::nullopt,
            .logarithmic = !isShare && least > 0.0 && greatest >= kWide * least};
}

std::optional<ReportFront> front(const PointRecord& record) {
    if (record.objectives.size() < 2) {
        return std::nullopt;
    }
    const point::Metric y = record.objectives[0].metric;
    const point::Metric x = record.objectives[1].metric;
    std::vector<point::Point> shown;
    const auto add = [&](const point::Point& point) {
        if (point.metrics.source(x) != point::Source::None &&
            point.metrics.source(y) != point::Source::None) {
            shown.push_back(point);
        }
    };
    for (const point::Point& other : record.front) {
        if (other.id != record.frozen.point.id) {
            add(other);
        }
    }
    add(record.frozen.point);
    if (shown.empty()) {
        return std::nullopt;
    }
    ReportFront plotted{axisTitle(x, shown), axisTitle(y, shown), {}, scaleOf(x, shown), scaleOf(y, shown)};
    for (const point::Point& point : shown) {
        plotted.points.push_back(
            {point.metrics.value(x), point.metrics.value(y), point.id == record.frozen.point.id});
    }
    return plotted;
}

std::vector<std::string> notes(const space::Design& design, const hw::Device& device) {
    std::vector<std::string> lines{
        fmt::format(
            "Modelled cycles come from replaying every {}; modelled DSP and block RAM are "
            "those of Yosys; LUT, FF and the area of standard cells come from a fit; energy is operation "
            "and access counts times published unit energies, static energy the device's static "
            "power over the latency, shared by the layers' cycles.",
            design.accelerator->replayed()),
        "How far fitted figures are off from what Yosys counts: " + hw::fitText(device) + ".",
        "ONNX rounds half to even where this arithmetic rounds half up: outputs "
        "of model.onnx can differ by one step where a value "
        "falls exactly between two."};
    if (device.family == hw::DeviceFamily::Asic) {
        lines.emplace_back(
            "The area is that of standard cells and of memory macros whose size is an assumption "
            "of the device's profile.");
    }
    std::ranges::move(design.accelerator->remarks(design.workload), std::back_inserter(lines));
    return lines;
}

std::vector<std::vector<std::int32_t>> goldenInputsOf(const judge::JudgingInputs& judging,
                                                      const quant::IntegerNetwork& network, int count) {
    const judge::InputSet source = judging.judged();
    std::vector<std::vector<std::int32_t>> inputs;
    for (int i = 0; i < count; ++i) {
        const nn::Tensor tensor = source[static_cast<std::size_t>(i) % source.size()];
        inputs.push_back(quant::integerInput(network, std::span(&tensor, 1)));
    }
    return inputs;
}

ReportData reportOf(const space::JointSpace& joint, const PointRecord& record) {
    const hw::Device& device = joint.device();
    const space::Design& design = record.frozen.design;
    const point::Metrics& metrics = record.frozen.point.metrics;
    ReportData report;
    report.network = joint.imported().name;
    report.device = device.title;
    report.acceleratorTemplate = design.accelerator->templateName();
    report.study = record.study;
    report.point = std::to_string(record.frozen.point.id);
    report.date = today();
    report.figures = figures(record.frozen, device);
    report.gauges = gauges(metrics, device);
    report.layers = layers(record.frozen, device);
    for (const hw::Primitive& primitive : hw::primitivesOf(device.family)) {
        report.resourceNames.emplace_back(primitive.name);
    }
    report.time = timeParts(metrics);
    report.host = device.host;
    for (const hw::HostOperator& host : joint.hostOperators()) {
        report.hostOperators.push_back(
            {host.name, host.kind, host.operations, host.bytes, host.milliseconds});
    }
    report.front = front(record);
    report.notes = notes(design, device);
    const point::Space& space = joint.space();
    for (std::size_t i = 0; i < space.parameters.size(); ++i) {
        report.parameters.emplace_back(space.parameters[i].name,
                                       space.parameters[i].choices[record.frozen.point.encoding[i]].label);
    }
    return report;
}

} // namespace

ExportInput exportInput(const judge::Evaluator& evaluator, PointRecord record, int goldenInputs) {
    const space::JointSpace& joint = evaluator.jointSpace();
    const hw::Device& device = joint.device();
    ExportInput input;
    input.report = reportOf(joint, record);
    for (const point::Metric metric : point::metricsInOrder()) {
        const point::Metrics& metrics = record.frozen.point.metrics;
        if (metrics.source(metric) != point::Source::None) {
            input.figures.push_back({std::string(point::metricName(metric)), metrics.value(metric),
                                     record.frozen.sourceText(metric)});
        }
    }
    input.network = std::move(record.frozen.network);
    input.accelerator = std::move(record.frozen.design.accelerator);
    input.clockMhz = record.frozen.design.clockMhz;
    input.family = device.family;
    input.part = device.part;
    input.hasDsps = device.dsp > 0.0;
    input.goldenInputs = goldenInputsOf(evaluator.inputs(), input.network, goldenInputs);
    return input;
}

} // namespace tandem::codegen
