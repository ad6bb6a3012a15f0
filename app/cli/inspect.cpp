// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/model_input.h"
#include "app/cli/table.h"
#include "core/base/error.h"
#include "core/nn/network_size.h"
#include "core/nn/passes/passes.h"
#include "core/quant/lowering/lowering.h"
#include "core/space/joint_space.h"

namespace tandem::cli {

namespace {

struct Inspection {
    nn::Graph imported;
    nn::Graph prepared;
    std::optional<space::JointSpace> space;
    std::string notSearchable; ///< why there is no joint space
};

Inspection inspectModel(const std::filesystem::path& model, const std::vector<std::string>& shapes,
                        const std::string& device) {
    Inspection result;
    result.imported = importModel(model, shapes, {});
    result.prepared = nn::prepare(result.imported);
    try {
        result.space.emplace(result.prepared, hw::findDevice(knownDevices(), device));
    } catch (const Error& error) {
        result.notSearchable = error.what();
    }
    return result;
}

std::string outputShape(const nn::Graph& graph, const nn::Node& node) {
    return node.outputs.empty() ? "" : nn::toString(graph.value(node.outputs[0]).shape);
}

/// The constant that a node's weights are, or null.
const nn::Value* weightsOf(const nn::Graph& graph, const nn::Node& node) {
    const bool has =
        nn::parameterCount(graph, node) > 0 && node.inputs.size() > 1 && node.inputs[1] != nn::kNoValue;
    return has && graph.value(node.inputs[1]).constant ? &graph.value(node.inputs[1]) : nullptr;
}

/// How the model quantizes a value: "int4, 16 scales", "uint8, step 0.0235, zero 3, floor"; empty where it
/// does not.
std::string precisionText(const nn::Value& value) {
    if (!value.quantization) {
        return "";
    }
    const nn::Quantization& q = *value.quantization;
    std::string text = fmt::format("{}int{}{}", q.isSigned ? "" : "u", q.bits, q.isNarrow ? " narrow" : "");
    text += q.scales.size() == 1 ? fmt::format(", step {:.3g}", q.scales[0])
                                 : fmt::format(", {} steps", q.scales.size());
    if (q.scales.size() == 1 && !q.zeroPoints.empty() && q.zeroPoints[0] != 0) {
        text += fmt::format(", zero {}", q.zeroPoints[0]);
    }
    return q.rounding == nn::Rounding::HalfEven ? text : text + ", " + nn::toString(q.rounding);
}

nlohmann::ordered_json precisionJson(const nn::Quantization& q) {
    return {{"bits", q.bits},
            {"signed", q.isSigned},
            {"narrow", q.isNarrow},
            {"scales", q.scales},
            {"zero_points", q.zeroPoints},
            {"axis", q.axis},
            {"rounding", nn::toString(q.rounding)}};
}

nlohmann::ordered_json valuesJson(const nn::Graph& graph, const std::vector<nn::ValueId>& ids) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const nn::ValueId id : ids) {
        list.push_back({{"name", graph.value(id).name},
                        {"type", nn::toString(graph.value(id).type)},
                        {"shape", graph.value(id).shape}});
    }
    return list;
}

nlohmann::ordered_json toJson(const Inspection& inspection) {
    const nn::Graph& graph = inspection.prepared;
    const nn::NetworkSize size = nn::sizeOf(graph);
    nlohmann::ordered_json result{{"name", inspection.imported.name},
                                  {"inputs", valuesJson(inspection.imported, inspection.imported.inputs)},
                                  {"outputs", valuesJson(inspection.imported, inspection.imported.outputs)},
                                  {"imported_nodes", inspection.imported.nodes.size()},
                                  {"macs", size.operations},
                                  {"parameters", size.parameters},
                                  {"layers", nlohmann::ordered_json::array()},
                                  {"bundles", nlohmann::ordered_json::array()}};
    const auto hostReasons = quant::hostReasons(graph);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const nn::Node& node = graph.nodes[i];
        const std::optional<std::string>& hostReason = hostReasons[i];
        nlohmann::ordered_json layer{
            {"name", node.name},
            {"operator", nn::operatorName(node.op)},
            {"output", node.outputs.empty() ? nn::Shape() : graph.value(node.outputs[0]).shape},
            {"macs", nn::multiplyAccumulates(graph, node)},
            {"parameters", nn::parameterCount(graph, node)},
            {"runs_on", hostReason ? "host" : "hardware"}};
        if (hostReason) {
            layer["reason"] = *hostReason;
        }
        const nn::Value* weights = weightsOf(graph, node);
        if (weights != nullptr && weights->quantization) {
            layer["weight_precision"] = precisionJson(*weights->quantization);
        }
        if (!node.outputs.empty() && graph.value(node.outputs[0]).quantization) {
            layer["output_precision"] = precisionJson(*graph.value(node.outputs[0]).quantization);
        }
        result["layers"].push_back(std::move(layer));
    }
    if (inspection.space) {
        for (const space::Bundle& bundle : inspection.space->bundles()) {
            result["bundles"].push_back(
                {{"name", bundle.name}, {"title", bundle.title}, {"nodes", bundle.nodes.size()}});
        }
        result["parameters_searched"] = inspection.space->space().parameters.size();
        result["log10_points"] = inspection.space->space().logSize() / std::log(10.0);
    } else {
        result["not_searchable"] = inspection.notSearchable;
    }
    return result;
}

/// The precisions that the model gives itself, layer by layer; empty where it is not quantized.
std::string precisionTable(const nn::Graph& graph) {
    Table table({"layer", "weights", "output"});
    bool isQuantized = false;
    for (const nn::Node& node : graph.nodes) {
        const nn::Value* weights = weightsOf(graph, node);
        const std::string weightText = weights != nullptr ? precisionText(*weights) : "";
        const std::string outputText =
            node.outputs.empty() ? "" : precisionText(graph.value(node.outputs[0]));
        if (!weightText.empty() || !outputText.empty()) {
            table.add({node.name, weightText, outputText});
            isQuantized = true;
        }
    }
    return isQuantized ? "\nHow the model is quantized:\n" + table.text() : "";
}

std::string toText(const Inspection& inspection) {
    const nn::Graph& graph = inspection.prepared;
    std::string text = fmt::format("{}\n", inspection.imported.name);
    for (const nn::ValueId id : inspection.imported.inputs) {
        text += fmt::format("  input   {}  {}\n", inspection.imported.value(id).name,
                            nn::toString(inspection.imported.value(id).shape));
    }
    for (const nn::ValueId id : inspection.imported.outputs) {
        text += fmt::format("  output  {}  {}\n", inspection.imported.value(id).name,
                            nn::toString(inspection.imported.value(id).shape));
    }
    Table layers({"layer", "operator", "output", "MACs", "parameters", "runs on"});
    const auto hostReasons = quant::hostReasons(graph);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const nn::Node& node = graph.nodes[i];
        const std::optional<std::string>& hostReason = hostReasons[i];
        layers.add({node.name, nn::operatorName(node.op), outputShape(graph, node),
                    grouped(nn::multiplyAccumulates(graph, node)), grouped(nn::parameterCount(graph, node)),
                    hostReason ? "host: " + *hostReason : "hardware"});
    }
    const nn::NetworkSize size = nn::sizeOf(graph);
    text += "\n" + layers.text() +
            fmt::format("\n{} layers after preparation ({} nodes imported), {} MACs, {} parameters\n",
                        graph.nodes.size(), inspection.imported.nodes.size(), grouped(size.operations),
                        grouped(size.parameters));
    text += precisionTable(graph);
    if (!inspection.space) {
        return text + "\nNot searchable as it is: " + inspection.notSearchable + "\n";
    }
    Table bundles({"bundle", "what it is", "parameters"});
    for (const space::Bundle& bundle : inspection.space->bundles()) {
        std::string names;
        for (const std::size_t index : bundle.parameters) {
            const std::string& name = inspection.space->space().parameters[index].name;
            names += (names.empty() ? "" : ", ") + name.substr(name.rfind('.') + 1);
        }
        bundles.add({bundle.name, bundle.title, names});
    }
    return text + "\n" + bundles.text() +
           fmt::format("\n{} parameters, 10^{:.1f} points\n", inspection.space->space().parameters.size(),
                       inspection.space->space().logSize() / std::log(10.0));
}

} // namespace

void addInspect(Program program) {
    CLI::App* command = addCommand(program, "inspect",
                                   "Operators, shapes, costs, bundles, and what cannot be mapped and why");
    struct Arguments {
        std::filesystem::path model;
        std::vector<std::string> shapes;
        std::string device = "pynq-z1";
    };
    auto arguments = std::make_shared<Arguments>();
    command->add_option("model", arguments->model, "The network (ONNX)")->required();
    command->add_option("--shape", arguments->shapes, "Settle a named dimension: NAME=SIZE");
    command->add_option("--device", arguments->device,
                        "The device that the joint space is built for (default pynq-z1)");
    command->callback([program, arguments] {
        const Inspection inspection = inspectModel(arguments->model, arguments->shapes, arguments->device);
        program.output.result(toJson(inspection), [&] { return toText(inspection); });
    });
}

} // namespace tandem::cli
