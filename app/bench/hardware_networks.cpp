// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/hardware.h"
#include "app/common/resources.h"
#include "core/base/process.h"
#include "core/codegen/rtl/folded/folded_rtl.h"
#include "core/codegen/rtl/folded/memory.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"
#include "core/codegen/verify/rtl_tools.h"
#include "core/hw/pipeline/timing.h"
#include "core/hw/workload/workload_of.h"
#include "core/nn/networks.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"

#include <algorithm>

namespace tandem::cli {

namespace {

namespace fs = std::filesystem;

constexpr int kFrames = 2;
constexpr const char* kSkyNet = "skynet";

/// A network and the interval that its pipeline is solved for.
struct Subject {
    const char* name;
    std::int64_t interval;
};

/// The reference networks: all of them have hardware operators only, but for what stands at their ends
/// (softmax, transposes), and SkyNet.
constexpr Subject kSubjects[] = {{"resnet8_cifar10", 150'000},     {"resnet8_cifar10_qdq", 150'000},
                                 {"mobilenetv1_025_vww", 200'000}, {"mobilenetv1_025_vww_qdq", 200'000},
                                 {"convnet_kws", 50'000},          {"autoencoder_ad_qdq", 20'000},
                                 {"cnn_cifar10", 100'000},         {"espcn_x3", 2'000'000},
                                 {"fastestdet", 1'000'000},        {kSkyNet, 1'930'000}};

constexpr hw::folded::Parameters kArray{.rows = 16, .columns = 32, .busBits = 128, .poolWords = 65536};

/// A quantized network with inputs, simulated in Verilator in a folder of its own.
class Simulated {
  public:
    explicit Simulated(const Subject& subject) : name_(subject.name), interval_(subject.interval) {
        const nn::Graph graph =
            nn::prepare(name_ == kSkyNet ? nn::skyNet() : onnx::importOnnx(referenceNetwork(subject.name)));
        network_ = quant::quantize(graph, quant::uniformInputs(graph, 4, 1));
        workload_ = hw::workloadOf(network_);
        for (const nn::Tensor& input : quant::uniformInputs(graph, kFrames, 2)) {
            inputs_.push_back(quant::integerInput(network_, std::span(&input, 1)));
        }
    }

    void onAPipeline(std::vector<HardwareRow>& rows) const {
        const hw::pipeline::Parameters parameters = hw::pipeline::allocate(workload_, interval_);
        const hw::pipeline::Replay expected =
            hw::pipeline::replay(workload_, hw::pipeline::netlistOf(workload_, parameters), kFrames);
        simulate("pipeline", expected.lastOutput.back() + 1, rows, [&](const fs::path& folder) {
            codegen::writePipelineRtl(network_, parameters, inputs_, app::resourceFolder() / "rtl", folder);
        });
    }

    void onAFoldedArray(std::vector<HardwareRow>& rows) const {
        const hw::folded::Memory memory;
        const hw::folded::Timing expected =
            hw::folded::replay(codegen::foldedProgram(network_, kArray), workload_, memory);
        simulate("folded", kFrames * expected.latency + 1, rows, [&](const fs::path& folder) {
            codegen::writeFoldedRtl(network_, kArray, memory, inputs_, app::resourceFolder() / "rtl", folder);
        });
    }

  private:
    template <typename Write>
    void simulate(const char* kind, std::int64_t cycles, std::vector<HardwareRow>& rows,
                  const Write& write) const {
        const std::string design = fmt::format("{}, {}", name_, kind);
        Output::message(design + ": simulating");
        const fs::path folder = fs::temp_directory_path() / "tandem-bench-network";
        fs::remove_all(folder);
        write(folder);
        const codegen::Simulation found = codegen::simulateRtl(folder, codegen::Simulator::Verilator);
        fs::remove_all(folder);
        const auto add = [&](const std::string& figure, std::int64_t target, std::int64_t value) {
            rows.push_back({design, figure, 0, static_cast<double>(target), true, true,
                            static_cast<double>(value), "measured (Verilator)"});
        };
        add("wrong output beats", 0, found.wrong);
        add(fmt::format("cycles of {} frames", kFrames), cycles, found.lastOutput.back() + 1);
    }

    std::string name_;
    std::int64_t interval_;
    quant::IntegerNetwork network_;
    hw::Workload workload_;
    std::vector<std::vector<std::int32_t>> inputs_;
};

bool isWanted(const Subject& subject, const BenchArguments& arguments) {
    return arguments.models.empty() || std::ranges::any_of(arguments.models, [&](const fs::path& model) {
               return model.stem() == subject.name;
           });
}

bool isThere(const Subject& subject) {
    return subject.name == std::string_view(kSkyNet) || fs::exists(referenceNetwork(subject.name));
}

} // namespace

std::vector<HardwareRow> networkRows(const BenchArguments& arguments) {
    std::vector<HardwareRow> rows;
    if (findProgram("verilator").empty()) {
        rows.push_back(HardwareRow::leftOut("every network", "verilator is not installed"));
        return rows;
    }
    for (const Subject& subject : kSubjects) {
        if (!isWanted(subject, arguments)) {
            continue;
        }
        if (!isThere(subject)) {
            rows.push_back(HardwareRow::leftOut(subject.name,
                                                referenceNetwork(subject.name).string() + " is not there"));
        } else {
            const Simulated network(subject);
            network.onAPipeline(rows);
            network.onAFoldedArray(rows);
        }
    }
    return rows;
}

} // namespace tandem::cli
