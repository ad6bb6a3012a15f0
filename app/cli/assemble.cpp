// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/dataset.h"
#include "core/nn/bundles.h"
#include "core/nn/network_size.h"
#include "core/onnx/exporter.h"

#include <charconv>

namespace tandem::cli {

namespace {

struct AssembleArguments {
    std::filesystem::path file;
    std::string bundle = "dw3+conv1", input, data, down = "max";
    int classes = 0;
    bool isPlain = false;
    nn::AssemblyOptions options;
};

/// "1x28x28": channels, rows, columns.
nn::Shape parseInput(const std::string& text) {
    nn::Shape shape{1};
    for (const std::string_view part : split(text, 'x')) {
        std::int64_t size = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), size);
        if (error != std::errc() || end != part.data() + part.size()) {
            shape.clear();
            break;
        }
        shape.push_back(size);
    }
    if (shape.size() != 4) {
        throw inputError("--input '{}': channels, rows and columns are expected, such as 3x32x32", text);
    }
    return shape;
}

nn::AssemblyOptions optionsOf(const AssembleArguments& arguments) {
    nn::AssemblyOptions options = arguments.options;
    options.bundle = nn::parseBundle(arguments.bundle);
    if (!arguments.data.empty()) {
        const data::Dataset dataset = data::openDataset(arguments.data);
        options.input = {1, dataset.sampleShape.at(0), dataset.sampleShape.at(1), dataset.sampleShape.at(2)};
        options.classes = dataset.classes;
    }
    if (!arguments.input.empty()) {
        options.input = parseInput(arguments.input);
    }
    options.classes = arguments.classes > 0 ? arguments.classes : options.classes;
    options.hasShortcuts = !arguments.isPlain;
    options.downSampling = arguments.down == "stride"    ? nn::DownSampling::Stride
                           : arguments.down == "average" ? nn::DownSampling::AveragePool
                                                         : nn::DownSampling::MaximumPool;
    return options;
}

void assemble(const Program& program, const AssembleArguments& arguments) {
    const nn::AssemblyOptions options = optionsOf(arguments);
    const nn::Graph graph = nn::assembledNetwork(options);
    onnx::exportOnnx(graph, arguments.file);
    const nn::NetworkSize size = nn::sizeOf(graph);
    const std::string bundle = toString(options.bundle);
    program.output.result({{"model", arguments.file.string()},
                           {"bundle", bundle},
                           {"input", options.input},
                           {"classes", options.classes},
                           {"channels", options.channels},
                           {"bundles_per_stage", options.repetitions},
                           {"parameters", size.parameters},
                           {"macs", size.operations}},
                          [&] {
                              return fmt::format("{}: {} stages of {} x {}, {} parameters, {} "
                                                 "multiply-accumulates, random weights\n",
                                                 arguments.file.string(), options.channels.size(),
                                                 options.repetitions, bundle, size.parameters,
                                                 size.operations);
                          });
}

} // namespace

void addAssemble(Program program) {
    CLI::App* command = addCommand(
        program, "assemble",
        "Make a network of repeated bundles with random weights, for a search without a trained one");
    auto arguments = std::make_shared<AssembleArguments>();
    nn::AssemblyOptions& options = arguments->options;
    command->add_option("model", arguments->file, "The file to write (ONNX)")->required();
    command->add_option("--bundle", arguments->bundle,
                        "One or two of conv1, conv3, conv5, conv7, dw3, dw5 and dw7 joined by + (default "
                        "dw3+conv1)");
    command->add_option("--data", arguments->data, "A data set that gives the input's shape and the classes");
    command->add_option("--input", arguments->input,
                        "Channels, rows and columns of the input (default 3x32x32)");
    command->add_option("--classes", arguments->classes, "Classes to tell apart (default 10)")
        ->check(wholeNumber(1, 1'000'000));
    command->add_option("--channels", options.channels, "Channels of each stage (default 16,32,64)")
        ->check(wholeNumber(1, 65'536))
        ->delimiter(',');
    command->add_option("--repetitions", options.repetitions, "Bundles of a stage (default 2)")
        ->check(wholeNumber(1, 1000));
    command->add_option("--down", arguments->down, "What halves the map between stages (default max)")
        ->check(CLI::IsMember({"max", "average", "stride"}));
    command->add_option("--clip", options.clip, "Where activations end, such as 6 (default 0: nowhere)")
        ->check(number(0.0));
    command->add_flag("--plain", arguments->isPlain, "No shortcuts around bundles");
    command->add_option("--seed", options.seed, "Of the weights (default 1)")->check(wholeNumber());
    command->callback([program, arguments] { assemble(program, *arguments); });
}

} // namespace tandem::cli
