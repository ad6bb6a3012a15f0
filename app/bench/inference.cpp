// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"
#include "app/bench/onnx_runtime.h"
#include "app/bench/timing.h"
#include "app/cli/table.h"
#include "app/common/resources.h"
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/cpp/cpp.h"
#include "core/codegen/onnx/qdq_onnx.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"

#include <unistd.h>

#include <algorithm>

namespace tandem::cli {

namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 15;
constexpr double kBuildSeconds = 600.0, kRunSeconds = 60.0;

/// Generated code, builds and models; gone with it, however the benchmark ends.
struct ScratchFolder {
    fs::path path = fs::temp_directory_path() / fmt::format("tandem-bench-inference-{}", getpid());

    ScratchFolder() { fs::create_directories(path); }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

/// A program that prints medians: network_profile of an exported folder, with the kernels of one path.
struct Variant {
    std::string name; ///< as the table shows it
    fs::path program;
    std::string kernels; ///< empty: the best
    std::vector<double> microseconds;
    std::string lastOutput;
};

/// The figure of the line "network" in network_profile's output.
double networkMicroseconds(const std::string& output) {
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        double operations = 0.0, microseconds = 0.0;
        if (words >> name >> operations >> microseconds && name == "network") {
            return microseconds;
        }
    }
    throw workError("network_profile printed no figure for the network: {}", output);
}

void runOnce(Variant& variant) {
    std::vector<std::string> command{variant.program.string(), "100"};
    if (!variant.kernels.empty()) {
        command.push_back(variant.kernels);
    }
    const ProcessResult run = runProcess(command, variant.program.parent_path(), kRunSeconds);
    if (run.exitCode != 0) {
        throw workError("{} ended with exit code {}: {}", variant.program.string(), run.exitCode, run.output);
    }
    variant.microseconds.push_back(networkMicroseconds(run.output));
    variant.lastOutput = run.output;
}

/// Writes the network's C++ and builds it as its own CMake file does.
fs::path built(const quant::IntegerNetwork& network, const std::vector<std::int32_t>& input,
               const fs::path& folder, bool portable) {
    codegen::writeCpp(network, std::vector<std::vector<std::int32_t>>{input}, app::resourceFolder() / "cpp",
                      folder);
    const std::string build = portable ? "portable" : "build";
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"cmake", "-S", ".", "-B", build,
                                   portable ? "-DTANDEM_PORTABLE=ON" : "-DTANDEM_PORTABLE=OFF"},
          std::vector<std::string>{"cmake", "--build", build},
          std::vector<std::string>{"ctest", "--test-dir", build}}) {
        const ProcessResult run = runProcess(command, folder, kBuildSeconds);
        if (run.exitCode != 0) {
            throw workError("'{} {}' of the exported C++ failed: {}", command[0], command[1], run.output);
        }
    }
    return folder / build / "network_profile";
}

struct Network {
    std::string file;
    double vnniTarget, avx2Target; ///< times ONNX Runtime's
};

/// One network on every path, beside ONNX Runtime, in turns.
class Comparison {
  public:
    Comparison(const Network& network, const fs::path& folder, const OnnxRuntime* runtime)
        : network_(network), folder_(folder), runtime_(runtime) {
        const fs::path model = referenceNetwork(network.file);
        const nn::Graph prepared = nn::prepare(onnx::importOnnx(model));
        const std::vector<nn::Tensor> inputs = quant::uniformInputs(prepared, 8, 1);
        const quant::IntegerNetwork eight = quant::quantize(prepared, inputs);
        const std::vector<std::int32_t> input = quant::integerInput(eight, std::span(inputs).first(1));
        const fs::path native = built(eight, input, folder / "bits8", false);
        variants_.push_back({"best", native, "", {}, {}});
        variants_.push_back({"AVX2", native, "AVX2", {}, {}});
        variants_.push_back({"portable", built(eight, input, folder / "bits8", true), "", {}, {}});
        quant::QuantizationOptions fewer;
        fewer.layers.assign(quant::lower(prepared).layers.size(), {.weightBits = 4, .activationBits = 8});
        const quant::IntegerNetwork four = quant::quantize(prepared, inputs, fewer);
        variants_.push_back({"4-bit weights", built(four, input, folder / "bits4", false), "", {}, {}});
        weightBytes_ = {quant::pack(eight).weightBytes(), quant::pack(four).weightBytes()};
        codegen::writeQdqOnnx(eight, folder / "model.onnx");
        models_ = {model, folder / "model.onnx"};
    }

    void runInTurns() {
        for (int round = 0; round < kRounds; ++round) {
            for (Variant& variant : variants_) {
                runOnce(variant);
            }
            for (std::size_t i = 0; runtime_ != nullptr && i < models_.size(); ++i) {
                runtimes_[i].push_back(runtime_->microseconds(models_[i]));
            }
        }
    }

    /// Adds rows and a JSON object; whether every target is met.
    bool report(Table& table, nlohmann::ordered_json& json) const {
        nlohmann::ordered_json one;
        double runtime = 0.0;
        if (runtime_ != nullptr) {
            const double given = median(runtimes_[0]), quantized = median(runtimes_[1]);
            runtime = std::min(given, quantized);
            one["onnx_runtime_us"] = {{"model", given}, {"exported_qdq", quantized}};
            table.add({network_.file, "ONNX Runtime, model", fmt::format("{:.1f}", given), "", "", ""});
            table.add(
                {network_.file, "ONNX Runtime, exported QDQ", fmt::format("{:.1f}", quantized), "", "", ""});
        }
        const double best = median(variants_[0].microseconds);
        bool met = true;
        const std::vector<double> targets{network_.vnniTarget, network_.avx2Target, 5.0, 0.0};
        for (std::size_t i = 0; i < variants_.size(); ++i) {
            const double time = median(variants_[i].microseconds);
            const bool ofEight = targets[i] == 0.0;
            const double base = ofEight ? best : runtime, target = ofEight ? 1.5 : targets[i];
            const double ratio = base > 0.0 ? time / base : 0.0;
            const bool holds = base > 0.0 && ratio <= target;
            met = met && holds;
            table.add(
                {network_.file, variants_[i].name, fmt::format("{:.1f}", time),
                 base > 0.0 ? fmt::format("{:.2f} of {}", ratio, ofEight ? "8 bits" : "ONNX Runtime") : "-",
                 fmt::format("{:.2f}", target), base > 0.0 ? (holds ? "yes" : "no") : "not compared"});
            one["us"][variants_[i].name] = time;
        }
        const double bytes = static_cast<double>(weightBytes_[1]) / static_cast<double>(weightBytes_[0]);
        table.add({network_.file, "4-bit weights, bytes", fmt::format("{}", weightBytes_[1]),
                   fmt::format("{:.2f} of 8 bits", bytes), "0.55", bytes <= 0.55 ? "yes" : "no"});
        one["weight_bytes"] = {{"8", weightBytes_[0]}, {"4", weightBytes_[1]}};
        one["layers"] = variants_[0].lastOutput;
        json[network_.file] = one;
        return met && bytes <= 0.55;
    }

    const std::string& profile() const { return variants_[0].lastOutput; }

  private:
    Network network_;
    fs::path folder_;
    const OnnxRuntime* runtime_;
    std::vector<Variant> variants_;
    std::array<std::int64_t, 2> weightBytes_{};
    std::vector<fs::path> models_;
    std::array<std::vector<double>, 2> runtimes_;
};

} // namespace

BenchResult benchInference(const BenchArguments&) {
    const ScratchFolder scratch;
    const fs::path& folder = scratch.path;
    const std::unique_ptr<OnnxRuntime> runtime = OnnxRuntime::find(folder);
    Table table({"network", "on one thread", "us", "ratio", "at most", "met"});
    nlohmann::ordered_json json{{"benchmark", "inference"}, {"networks", nlohmann::ordered_json::object()}};
    nlohmann::ordered_json leftOut = nlohmann::ordered_json::array();
    bool met = runtime != nullptr;
    std::string profiles;
    for (const Network& network :
         {Network{"resnet8_cifar10", 0.5, 1.5}, Network{"convnet_kws", 0.5, 1.5},
          Network{"mobilenetv1_025_vww", 0.5, 1.5}, Network{"autoencoder_ad_qdq", 1.0, 1.5}}) {
        if (!fs::exists(referenceNetwork(network.file))) {
            leftOut.push_back(network.file);
            continue;
        }
        Output::message(network.file + ": building");
        Comparison comparison(network, folder / network.file, runtime.get());
        Output::message(network.file + ": measuring");
        comparison.runInTurns();
        met = comparison.report(table, json["networks"]) && met;
        profiles += "\n" + network.file + "\n" + comparison.profile();
    }
    json["onnx_runtime"] =
        runtime != nullptr ? runtime->version() : "absent: node or npm's onnxruntime-node is missing";
    json["left_out"] = leftOut;
    json["target"] = "see the table's column 'at most'; medians of turns";
    json["met"] = met && leftOut.empty();
    return {table.text() + "measured; ONNX Runtime through Node.js, with what a call of it costs there\n" +
                profiles,
            json};
}

} // namespace tandem::cli
