// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/hardware.h"
#include "app/common/resources.h"
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"
#include "core/codegen/verify/rtl_tools.h"
#include "core/hw/pipeline/timing.h"
#include "core/hw/workload/workload_of.h"
#include "core/nn/networks.h"
#include "core/nn/passes/passes.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"

#include <algorithm>
#include <cmath>

namespace tandem::cli {

namespace {

using namespace hw::pipeline;

constexpr int kFrames = 3;
/// Cycles of a frame on the contest winner's accelerator, from its source (one compute array, Ultra96), and
/// half of them.
constexpr double kWinnerCycles = 3.86e6, kTargetCycles = 1.93e6;
/// Ultra96: 32-bit LPDDR4 at 1066 Mb/s per pin, and the clock of the winner's design.
constexpr double kDramBytesPerSecond = 4.26e9, kClockHz = 214.286e6;

HardwareRow row(std::string figure, double published, double target, std::string source) {
    HardwareRow made;
    made.design = "SkyNet, Ultra96";
    made.figure = std::move(figure);
    made.published = published;
    made.target = target;
    made.atLeast = false;
    made.source = std::move(source);
    return made;
}

void addModelledRows(const hw::Workload& workload, const hw::Resources& used, const Budget& budget,
                     std::int64_t latency, std::vector<HardwareRow>& rows) {
    const auto add = [&](HardwareRow made, double value) {
        made.found = value;
        rows.push_back(std::move(made));
    };
    // Weights stay on the chip, so a frame's input and output are all that memory moves. As if nothing
    // overlapped.
    const hw::Layer& last = workload.layers.back();
    const double bytes = workload.inputChannels * workload.inputHeight * workload.inputWidth +
                         last.outputChannels * last.outputHeight * last.outputWidth;
    const double transfer = std::ceil(bytes / kDramBytesPerSecond * kClockHz);
    add(row("cycles, one frame and its DRAM transfers", 0, kTargetCycles, "measured + modelled transfers"),
        static_cast<double>(latency) + transfer);
    add(row("LUT", 0, budget.lut, "modelled"), std::round(used.lut));
    add(row("DSP", 0, budget.dsp, "modelled"), used.dsp);
    add(row("BRAM36", 0, budget.bram36, "modelled"), used.bram36());
}

} // namespace

std::vector<HardwareRow> skyNetRows(const BenchArguments& arguments) {
    const auto named = [](const std::filesystem::path& model) { return model.stem() == "skynet"; };
    if (!arguments.models.empty() && std::ranges::none_of(arguments.models, named)) {
        return {};
    }
    const nn::Graph graph = nn::prepare(nn::skyNet());
    const quant::IntegerNetwork network = quant::quantize(graph, quant::uniformInputs(graph, 2, 1));
    const hw::Workload workload = hw::workloadOf(network);
    const Budget budget{70560, 141120, 360, 216, hw::DeviceFamily::UltraScalePlus};
    const std::optional<Allocation> allocation = allocate(workload, budget);
    if (!allocation) {
        throw workError("SkyNet: no pipeline fits an Ultra96");
    }
    const Parameters parameters = withLeastBuffers(workload, allocation->parameters);
    const Replay model = replay(workload, netlistOf(workload, parameters), kFrames);

    std::vector<HardwareRow> rows;
    codegen::Simulation found;
    const bool present = !findProgram("verilator").empty();
    if (present) {
        Output::message("SkyNet: simulating");
        std::vector<std::vector<std::int32_t>> inputs;
        for (const nn::Tensor& input : quant::uniformInputs(graph, kFrames, 2)) {
            inputs.push_back(quant::integerInput(network, std::span(&input, 1)));
        }
        const auto folder = std::filesystem::temp_directory_path() / "tandem-bench-skynet";
        codegen::writePipelineRtl(network, parameters, inputs, app::resourceFolder() / "rtl", folder);
        found = codegen::simulateRtl(folder, codegen::Simulator::Verilator);
        std::filesystem::remove_all(folder);
    }
    const auto add = [&](HardwareRow made, std::int64_t value) {
        if (present) {
            made.found = static_cast<double>(value);
        }
        rows.push_back(std::move(made));
    };
    const auto exact = [](const std::string& figure, std::int64_t target) {
        HardwareRow made = row(figure, 0, static_cast<double>(target), "measured (Verilator)");
        made.exact = true;
        return made;
    };
    const std::int64_t latency = present ? found.lastOutput.front() + 1 : 0;
    add(exact("wrong output beats", 0), found.wrong);
    add(exact("cycles, first input to last output", model.lastOutput.front() + 1), latency);
    add(exact("cycles between frames", model.lastOutput[kFrames - 1] - model.lastOutput[kFrames - 2]),
        found.interval());
    add(row("compute cycles, one frame alone", kWinnerCycles, kTargetCycles, "measured (Verilator)"),
        latency);
    add(row("compute cycles a frame, steady", kWinnerCycles, kTargetCycles, "measured (Verilator)"),
        found.interval());
    addModelledRows(workload, resources(workload, parameters, budget.family), budget,
                    present ? latency : model.lastOutput.front() + 1, rows);
    return rows;
}

} // namespace tandem::cli
