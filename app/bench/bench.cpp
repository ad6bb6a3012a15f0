// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"

#include "app/cli/checks.h"
#include "core/base/error.h"

#include <cstdlib>

namespace tandem::cli {

namespace {

using BenchFunction = BenchResult (*)(const BenchArguments&);

const std::map<std::string, BenchFunction>& benchmarks() {
    static const std::map<std::string, BenchFunction> known{
        {"accuracy", benchAccuracy},   {"costmodel", benchCostModel},
        {"hardware", benchHardware},   {"executor", benchExecutor},
        {"inference", benchInference}, {"networks", benchNetworks},
        {"resources", benchResources}, {"rtl", benchRtl},
        {"search", benchSearch},       {"supernet", benchSupernet},
        {"train", benchTrain}};
    return known;
}

} // namespace

std::filesystem::path referenceNetwork(const std::string& name) {
    const char* shared = std::getenv("TANDEM_SHARED");
    return std::filesystem::path(shared != nullptr ? shared : "../shared") / "models" / (name + ".onnx");
}

void addBench(Program program) {
    CLI::App* command =
        addCommand(program, "bench", "The project's own benchmarks: a table, then one line of JSON");
    auto arguments = std::make_shared<BenchArguments>();
    command
        ->add_option("name", arguments->name,
                     "search: points per second; networks: whole networks to verified hardware; "
                     "hardware: accelerators beside published ones; rtl: random designs simulated; "
                     "costmodel: layers per second; "
                     "executor: integer networks on the fast path; "
                     "inference: generated C++ beside ONNX Runtime; "
                     "accuracy: from an empty study to trained points; "
                     "resources: the model's error on designs that were left out; "
                     "supernet: how it ranks networks beside training each; "
                     "train: rate of a training step beside oneDNN's own")
        ->required();
    command->add_option("--model", arguments->models, "Networks to use instead of the benchmark's own");
    command->add_option("--seconds", arguments->seconds, "How long to measure (default 10)")
        ->check(positiveNumber());
    command->add_option("--designs", arguments->designs, "rtl: how many random designs (default 60)")
        ->check(wholeNumber(1, 1'000'000));
    command->add_option("--seed", arguments->seed, "accuracy, rtl, supernet: of the first (default 1)")
        ->check(wholeNumber());
    command->add_option("--seeds", arguments->seeds, "accuracy: how many, one after the other (default 3)")
        ->check(wholeNumber(1, 100));
    command->add_option("--networks", arguments->networks, "supernet: how many are compared (default 24)")
        ->check(wholeNumber(2, 1000));
    command
        ->add_option(
            "--epochs", arguments->epochs,
            "supernet: of every network's own training (default 5); accuracy: of fine-tuning (default 20)")
        ->check(wholeNumber(1, 1000));
    command
        ->add_option("--samples", arguments->samples,
                     "supernet: at most so many for a network of its own (default all)")
        ->check(wholeNumber(128, 1'000'000));
    command->callback([program, arguments] {
        const auto benchmark = benchmarks().find(arguments->name);
        if (benchmark == benchmarks().end()) {
            std::string names;
            for (const auto& [name, function] : benchmarks()) {
                names += (names.empty() ? "" : ", ") + name;
            }
            throw inputError("there is no benchmark '{}'; known are {}", arguments->name, names);
        }
        const BenchResult result = benchmark->second(*arguments);
        fmt::print("{}", result.table);
        fmt::print("{}\n", result.json.dump());
        program.exitCode = result.json.value("met", false) ? 0 : 1;
    });
}

} // namespace tandem::cli
