// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"
#include "app/cli/table.h"
#include "app/common/resources.h"
#include "core/base/error.h"
#include "core/codegen/export.h"
#include "core/hw/pipeline/accelerator.h"
#include "core/hw/workload/workload_of.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"

#include <algorithm>
#include <chrono>

namespace tandem::cli {

namespace {

constexpr int kGoldenInputs = 3;
constexpr std::uint64_t kInputSeed = 1;

// A whole network, 8 bits everywhere, on the slowest pipeline that still works as fast as its input arrives
// or `interval` allows.
codegen::ExportInput wholeNetwork(const std::filesystem::path& model, std::int64_t interval) {
    const nn::Graph prepared = nn::prepare(onnx::importOnnx(model));
    const std::vector<nn::Tensor> inputs = quant::uniformInputs(prepared, kGoldenInputs, kInputSeed);
    codegen::ExportInput input;
    input.network = quant::quantize(prepared, inputs);
    const hw::Workload workload = hw::workloadOf(input.network);
    input.accelerator = hw::pipeline::Pipeline(workload, hw::pipeline::allocate(workload, interval));
    for (const nn::Tensor& tensor : inputs) {
        input.goldenInputs.push_back(quant::integerInput(input.network, std::span(&tensor, 1)));
    }
    input.report.network = model.stem().string();
    input.report.device = "none";
    input.report.study = "benchmark";
    input.report.point = "imported";
    return input;
}

std::filesystem::path scratchFolder(const std::string& name) {
    return std::filesystem::temp_directory_path() / ("tandem-bench-" + name);
}

// The sample, and those of the reference networks that are there.
std::vector<std::filesystem::path> knownNetworks(nlohmann::ordered_json& leftOut) {
    std::vector<std::filesystem::path> models{app::resourceFolder() / "sample" / "fashion_small.onnx"};
    for (const char* name : {"resnet8_cifar10", "convnet_kws", "mobilenetv1_025_vww"}) {
        const std::filesystem::path model = referenceNetwork(name);
        if (std::filesystem::exists(model)) {
            models.push_back(model);
        } else {
            Output::message(model.string() + " is not there: left out");
            leftOut.push_back(name);
        }
    }
    return models;
}

/// A second simulator may be too slow for a network; nothing else may be left out.
bool wasRun(const codegen::Check& check) {
    return check.passed.has_value() || check.item.find("Icarus") != std::string::npos;
}

nlohmann::ordered_json benchOne(const std::filesystem::path& model, Table& table) {
    const auto start = std::chrono::steady_clock::now();
    const std::string name = model.stem().string();
    const std::filesystem::path folder = scratchFolder(name);
    constexpr std::int64_t kInterval = 200'000;
    codegen::exportPoint(wholeNetwork(model, kInterval), {true, true, false, false}, app::resourceFolder(),
                         folder);
    codegen::VerifyOptions options;
    options.synthesisSeconds = options.timeoutSeconds; // the counts are what is held against the model
    const codegen::Verification verification = codegen::verify(
        folder, options, [&](const std::string& what, double) { Output::message(name + ": " + what); });
    for (const codegen::Check& check : verification.checks) {
        table.add({name, check.item, check.expected, check.found,
                   !check.passed   ? "not run"
                   : *check.passed ? "passed"
                                   : "FAILED"});
    }
    nlohmann::ordered_json json = codegen::toJson(verification);
    json["passed"] = verification.passed() && std::ranges::all_of(verification.checks, wasRun);
    json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::filesystem::remove_all(folder);
    return json;
}

} // namespace

BenchResult benchNetworks(const BenchArguments& arguments) {
    nlohmann::ordered_json leftOut = nlohmann::ordered_json::array();
    const std::vector<std::filesystem::path> models =
        arguments.models.empty() ? knownNetworks(leftOut) : arguments.models;
    Table table({"network", "compared", "expected", "found", "result"});
    nlohmann::ordered_json json{{"benchmark", "networks"}, {"networks", nlohmann::ordered_json::object()}};
    bool met = leftOut.empty();
    for (const std::filesystem::path& model : models) {
        const nlohmann::ordered_json one = benchOne(model, table);
        met = met && one.at("passed").get<bool>();
        json["networks"][model.stem().string()] = one;
    }
    json["left_out"] = std::move(leftOut);
    json["target"] = "outputs exact, cycles, DSP and block RAM equal to the model";
    json["met"] = met;
    return {table.text(), json};
}

} // namespace tandem::cli
