// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/packed/run.h"

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/model_input.h"
#include "app/cli/table.h"
#include "core/base/error.h"
#include "core/data/npy.h"
#include "core/nn/passes/passes.h"
#include "core/quant/quantize/quantize.h"
#include "core/train/executor.h"

namespace tandem::cli {

namespace {

struct RunArguments {
    std::filesystem::path model, outputs;
    std::vector<std::filesystem::path> inputs;
    std::vector<std::string> shapes;
    std::uint64_t seed = 1;
    bool integer = false;
};

struct Summary {
    double low = 0.0, high = 0.0, mean = 0.0;
};

Summary summarize(const nn::Tensor& tensor) {
    Summary result{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), 0.0};
    std::visit(
        [&](const auto& elements) {
            for (const auto element : elements) {
                const auto value = static_cast<double>(element);
                result.low = std::min(result.low, value);
                result.high = std::max(result.high, value);
                result.mean += value / static_cast<double>(elements.size());
            }
        },
        tensor.data);
    return result;
}

std::vector<nn::Tensor> runInteger(const nn::Graph& graph, const std::vector<nn::Tensor>& inputs) {
    return quant::runInteger(quant::quantize(nn::prepare(graph), inputs), inputs);
}

void run(const Program& program, const RunArguments& arguments) {
    std::vector<nn::Tensor> inputs;
    std::ranges::transform(arguments.inputs, std::back_inserter(inputs), readInput);
    const nn::Graph graph = importModel(arguments.model, arguments.shapes, inputs);
    if (inputs.empty()) {
        inputs = seededInputs(graph, arguments.seed);
    }
    const std::vector<nn::Tensor> outputs =
        arguments.integer ? runInteger(graph, inputs) : train::run(graph, inputs);

    nlohmann::ordered_json result = nlohmann::ordered_json::array();
    Table table({"output", "shape", "minimum", "maximum", "mean"});
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const std::string& name = graph.value(graph.outputs.at(i)).name;
        const Summary summary = summarize(outputs[i]);
        result.push_back({{"name", name},
                          {"shape", outputs[i].shape},
                          {"minimum", summary.low},
                          {"maximum", summary.high},
                          {"mean", summary.mean}});
        if (!arguments.outputs.empty()) {
            std::filesystem::create_directories(arguments.outputs);
            const std::filesystem::path file = arguments.outputs / fmt::format("out{}.npy", i);
            data::writeNpy(file, outputs[i]);
            result.back()["file"] = file.string();
        }
        table.add({name, nn::toString(outputs[i].shape), fmt::format("{:.6g}", summary.low),
                   fmt::format("{:.6g}", summary.high), fmt::format("{:.6g}", summary.mean)});
    }
    program.output.result(result, [&] { return table.text(); });
}

} // namespace

void addRun(Program program) {
    CLI::App* command =
        addCommand(program, "run", "Run a network on inputs, in floating point or as integers");
    auto arguments = std::make_shared<RunArguments>();
    command->add_option("model", arguments->model, "The network (ONNX)")->required();
    command->add_option(
        "--input", arguments->inputs,
        "An input file (.npy or .pb), once per input in the model's order; without: seeded uniform [0, 1)");
    command->add_option("--output-dir", arguments->outputs, "Write out0.npy, out1.npy, ... there");
    command->add_option("--shape", arguments->shapes, "Settle a named dimension: NAME=SIZE");
    command
        ->add_option("--seed", arguments->seed, "Seed of the inputs made up when none are given (default 1)")
        ->check(wholeNumber());
    command->add_flag("--integer", arguments->integer,
                      "Quantize to 8 bits, calibrated on the inputs, and run the integers");
    command->callback([program, arguments] { run(program, *arguments); });
}

} // namespace tandem::cli
