// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/point_json.h"
#include "app/cli/proxies.h"
#include "app/cli/table.h"
#include "core/base/error.h"
#include "core/codegen/package/manifest.h"
#include "core/engine/session.h"
#include "core/hw/device/primitives.h"
#include "core/judge/cost/cost.h"

namespace tandem::cli {

namespace {

struct EvaluateArguments {
    std::filesystem::path study;
    std::optional<point::PointId> point;
    std::vector<std::string> values;
    bool proxies = false;
};

nlohmann::ordered_json layerJson(const judge::LayerDetails& detail, hw::DeviceFamily family) {
    const hw::Layer& layer = detail.layer;
    nlohmann::ordered_json json{{"name", layer.name},
                                {"operator", judge::describe(layer)},
                                {"output", {layer.outputChannels, layer.outputHeight, layer.outputWidth}},
                                {"weight_bits", layer.weightBits},
                                {"activation_bits", layer.outputBits},
                                {"pe", detail.folding.pe},
                                {"simd", detail.folding.simd},
                                {"multiplier", hw::toString(detail.folding.multiplier)},
                                {"weights", hw::toString(detail.folding.weights)},
                                {"macs", detail.macs},
                                {"interval_cycles", detail.interval}};
    json.update(codegen::resourcesJson(detail.resources, family));
    if (family != hw::DeviceFamily::Asic) {
        json["bram36"] = detail.resources.bram36();
    }
    json.update({{"energy_pj", detail.energy.total()},
                 {"energy",
                  {{"compute_pj", detail.energy.compute},
                   {"on_chip_pj", detail.energy.onChip},
                   {"dram_pj", detail.energy.dram},
                   {"static_pj", detail.staticPj}}},
                 {"source", "modelled"}});
    return json;
}

nlohmann::ordered_json hostJson(const hw::HostOperator& host) {
    return {{"name", host.name},
            {"operator", host.kind},
            {"operations", host.operations},
            {"bytes", host.bytes},
            {"milliseconds", host.milliseconds},
            {"source", "modelled"}};
}

std::string energyTable(const std::vector<judge::LayerDetails>& details) {
    Table table({"layer", "computing nJ", "on-chip nJ", "DRAM nJ", "static nJ", "sum nJ"});
    hw::Energy sum;
    double still = 0.0;
    const auto add = [&table](const std::string& name, const hw::Energy& energy, double staticPj) {
        const auto nanojoules = [](double pj) { return fmt::format("{:.1f}", pj * 1e-3); };
        table.add({name, nanojoules(energy.compute), nanojoules(energy.onChip), nanojoules(energy.dram),
                   nanojoules(staticPj), nanojoules(energy.total() + staticPj)});
    };
    for (const judge::LayerDetails& detail : details) {
        add(detail.layer.name, detail.energy, detail.staticPj);
        sum += detail.energy;
        still += detail.staticPj;
    }
    add("all", sum, still);
    return table.text();
}

std::string hostTable(const std::vector<hw::HostOperator>& operators) {
    Table table({"name", "operator", "operations", "bytes", "ms"});
    for (const hw::HostOperator& host : operators) {
        table.add({host.name, host.kind, grouped(std::llround(host.operations)),
                   grouped(std::llround(host.bytes)), fmt::format("{:.4f}", host.milliseconds)});
    }
    return table.text();
}

std::string toTable(const std::vector<judge::LayerDetails>& details, hw::DeviceFamily family) {
    std::vector<std::string> header{"layer", "operator",   "output", "w bits", "a bits", "pe",
                                    "simd",  "multiplier", "MACs",   "cycles", "load %"};
    for (const hw::Primitive& primitive : hw::primitivesOf(family)) {
        header.emplace_back(primitive.name);
    }
    Table table(header);
    for (const judge::LayerDetails& detail : details) {
        const hw::Layer& layer = detail.layer;
        std::vector<std::string> row{
            layer.name,
            judge::describe(layer),
            fmt::format("{}x{}x{}", layer.outputChannels, layer.outputHeight, layer.outputWidth),
            std::to_string(layer.weightBits),
            std::to_string(layer.outputBits),
            std::to_string(detail.folding.pe),
            std::to_string(detail.folding.simd),
            hw::toString(detail.folding.multiplier),
            grouped(detail.macs),
            grouped(detail.interval),
            fmt::format("{:.0f}", 100.0 * detail.load)};
        for (const hw::Primitive& primitive : hw::primitivesOf(family)) {
            row.push_back(fmt::format("{:.0f}", primitive.of(detail.resources)));
        }
        table.add(std::move(row));
    }
    return table.text();
}

/// "modelled", of a fitted figure with the fit's error.
std::string sourceText(const codegen::FrozenPoint& frozen, point::Metric metric, const hw::Device& device) {
    const std::string source = frozen.sourceText(metric);
    const std::optional<hw::FitError> error = judge::fitErrorOf(metric, device);
    return error ? fmt::format("{}, {:.0f} % off on average, {:.0f} % at worst", source, 100.0 * error->mean,
                               100.0 * error->worst)
                 : source;
}

nlohmann::ordered_json fitJson(const point::Metrics& metrics, const hw::Device& device) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const point::Metric metric : point::metricsInOrder()) {
        const std::optional<hw::FitError> error = judge::fitErrorOf(metric, device);
        if (error && metrics.source(metric) != point::Source::None) {
            json[std::string(point::metricName(metric))] = {{"mean_percent", 100.0 * error->mean},
                                                            {"worst_percent", 100.0 * error->worst},
                                                            {"left_out_designs", error->designs}};
        }
    }
    return json;
}

/// A point of the study, or the imported one with other choices.
codegen::FrozenPoint frozenPoint(engine::Session& session, const EvaluateArguments& arguments) {
    if (arguments.point) {
        return session.freeze(*arguments.point);
    }
    const point::Space& space = session.jointSpace().space();
    point::Point point;
    point.encoding = space.importedPoint();
    for (const std::string& text : arguments.values) {
        const auto [name, value] = splitAssignment(text, "--set");
        const std::size_t index = space.indexOf(name);
        point.encoding[index] = point::choiceOf(space.parameters[index], value);
    }
    const judge::Evaluator& evaluator = session.evaluator();
    return codegen::freeze(evaluator, point, evaluator.integerNetwork(point.encoding));
}

std::string toText(const codegen::FrozenPoint& frozen, const space::JointSpace& joint) {
    const point::Point& point = frozen.point;
    const point::Space& space = joint.space();
    Table metrics({"metric", "value", "unit", "source"});
    for (const point::Metric metric : point::metricsInOrder()) {
        if (point.metrics.source(metric) != point::Source::None) {
            metrics.add({std::string(point::metricName(metric)),
                         fmt::format("{:.6g}", point.metrics.value(metric)),
                         std::string(point::metricUnit(metric)), sourceText(frozen, metric, joint.device())});
        }
    }
    Table parameters({"parameter", "value"});
    for (std::size_t i = 0; i < space.parameters.size(); ++i) {
        parameters.add({space.parameters[i].name, space.parameters[i].choices[point.encoding[i]].label});
    }
    return metrics.text() + "\nHow far fitted figures are off: " + hw::fitText(joint.device()) + ".\n\n" +
           parameters.text() + "\nLayers (modelled):\n" + toTable(frozen.layers, joint.device().family) +
           "\nEnergy of a frame (modelled; static power over the latency, shared by the layers' cycles):\n" +
           energyTable(frozen.layers) +
           fmt::format("\nOn the host, {} (modelled):\n", joint.device().host.empty()
                                                              ? "which the device does not state"
                                                              : joint.device().host) +
           hostTable(joint.hostOperators());
}

void evaluate(const Program& program, const EvaluateArguments& arguments) {
    if (arguments.point.has_value() == !arguments.values.empty()) {
        throw inputError("say which point: either --point ID or --set PARAMETER=VALUE ...");
    }
    const auto session = engine::Session::open(arguments.study, knownDevices());
    const space::JointSpace& joint = session->jointSpace();
    const point::Space& space = joint.space();
    const codegen::FrozenPoint frozen = frozenPoint(*session, arguments);
    const point::Point& point = frozen.point;
    const std::vector<judge::LayerDetails>& details = frozen.layers;
    nlohmann::ordered_json result =
        toJson(point, space, [&frozen](point::Metric metric) { return frozen.measuredOn(metric); });
    result["fit_errors"] = fitJson(point.metrics, joint.device());
    for (const engine::TrainingStatus& status :
         arguments.point ? session->trainingCurve(*arguments.point) : std::vector<engine::TrainingStatus>()) {
        result["training_curve"].push_back(
            {{"epoch", status.epoch}, {"loss", status.loss}, {"training_accuracy", status.trainingAccuracy}});
    }
    for (const judge::LayerDetails& detail : details) {
        result["layers"].push_back(layerJson(detail, joint.device().family));
    }
    for (const hw::HostOperator& host : joint.hostOperators()) {
        result["host"].push_back(hostJson(host));
    }
    std::vector<Proxy> proxies;
    if (arguments.proxies) {
        proxies = proxiesOf(session->evaluator(), *session->snapshot(), point.encoding);
        result["proxies"] = toJson(proxies);
    }
    program.output.result(
        result, [&] { return toText(frozen, joint) + (proxies.empty() ? std::string() : toText(proxies)); });
}

} // namespace

void addEvaluate(Program program) {
    CLI::App* command =
        addCommand(program, "evaluate",
                   "Everything known about one point, layer by layer; measures what can be measured");
    auto arguments = std::make_shared<EvaluateArguments>();
    command->add_option("study", arguments->study, "The study file (.tandem)")->required();
    command->add_option("--point", arguments->point, "A point of the study, by its number")
        ->check(wholeNumber());
    command->add_option("--set", arguments->values,
                        "A point of your own: PARAMETER=VALUE, the rest as imported");
    command->add_flag(
        "--proxies", arguments->proxies,
        "Also SynFlow, NASWOT and, with labelled data, the gradient's norm: zero-cost proxies that rank "
        "networks without training, and how well they rank the networks that a supernet judged");
    command->callback([program, arguments] { evaluate(program, *arguments); });
}

} // namespace tandem::cli
