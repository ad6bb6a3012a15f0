// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/arithmetic/executor.h"

#include "app/bench/bench.h"
#include "app/bench/timing.h"
#include "app/cli/table.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/packed/packed_executor.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"
#include "core/train/steps/raw_convolutions.h"

namespace tandem::cli {

namespace {

constexpr int kLeastRounds = 5;
constexpr double kTargetTimes = 10.0, kTargetShare = 0.5;

/// Seconds of one input on one thread.
struct Times {
    double reference = 0.0, fast = 0.0, floating = 0.0;
};

/// The reference loop, the fast path and oneDNN's convolutions in floating point, by turns.
Times measure(const nn::Graph& prepared, double seconds) {
    const std::vector<nn::Tensor> inputs = quant::uniformInputs(prepared, 8, 1);
    const quant::IntegerNetwork network = quant::quantize(prepared, inputs);
    const std::vector<std::int32_t> input = quant::integerInput(network, std::span(inputs).first(1));
    const quant::Executor reference(network);
    quant::PackedExecutor fast(network);
    train::RawConvolutions floating(prepared, 1, train::RawPasses::Forward);
    std::vector<double> ofReference, ofFast, ofFloating;
    for (double spent = 0.0; spent < seconds || ofFast.size() < kLeastRounds;) {
        ofReference.push_back(secondsOf([&] { reference.output(input); }));
        constexpr int kRepeated = 10;
        ofFast.push_back(secondsOf([&] {
                             for (int i = 0; i < kRepeated; ++i) {
                                 fast.output(input);
                             }
                         }) /
                         kRepeated);
        ofFloating.push_back(secondsOf([&] {
                                 for (int i = 0; i < kRepeated; ++i) {
                                     floating.run();
                                 }
                             }) /
                             kRepeated);
        spent += ofReference.back() + kRepeated * (ofFast.back() + ofFloating.back());
    }
    return {median(ofReference), median(ofFast), median(ofFloating)};
}

} // namespace

BenchResult benchExecutor(const BenchArguments& arguments) {
    Table table({"network", "reference ms", "fast ms", "times", "oneDNN f32 ms", "share of its rate", "met"});
    nlohmann::ordered_json json{{"benchmark", "executor"}, {"networks", nlohmann::ordered_json::object()}};
    nlohmann::ordered_json leftOut = nlohmann::ordered_json::array();
    bool met = true;
    for (const char* name : {"resnet8_cifar10", "mobilenetv1_025_vww"}) {
        const std::filesystem::path model = referenceNetwork(name);
        if (!std::filesystem::exists(model)) {
            leftOut.push_back(name);
            continue;
        }
        const Times times = measure(nn::prepare(onnx::importOnnx(model)), arguments.seconds / 2.0);
        const double faster = times.reference / times.fast, share = times.floating / times.fast;
        const bool holds = faster >= kTargetTimes && share >= kTargetShare;
        met = met && holds;
        table.add({name, fmt::format("{:.2f}", 1e3 * times.reference),
                   fmt::format("{:.3f}", 1e3 * times.fast), fmt::format("{:.1f}", faster),
                   fmt::format("{:.3f}", 1e3 * times.floating), fmt::format("{:.2f}", share),
                   holds ? "yes" : "no"});
        json["networks"][name] = {{"reference_ms", 1e3 * times.reference},
                                  {"fast_ms", 1e3 * times.fast},
                                  {"onednn_f32_ms", 1e3 * times.floating},
                                  {"times", faster},
                                  {"share_of_onednn", share}};
    }
    json["kernels"] = tandem_kernels::bestKernels().name;
    json["left_out"] = leftOut;
    json["target"] = {{"times", kTargetTimes}, {"share_of_onednn", kTargetShare}};
    json["met"] = met && leftOut.empty();
    return {table.text() +
                fmt::format("measured on one thread with the {} kernels, one input at a time; oneDNN: the "
                            "convolutions alone, as bare primitives\n",
                            tandem_kernels::bestKernels().name),
            json};
}

} // namespace tandem::cli
