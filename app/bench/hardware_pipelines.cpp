// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/hardware.h"
#include "app/common/resources.h"
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/rtl/pipeline/images.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"
#include "core/codegen/verify/rtl_tools.h"
#include "core/codegen/verify/synthesis.h"
#include "core/hw/pipeline/timing.h"
#include "core/hw/workload/workload_of.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"

#include <algorithm>

namespace tandem::cli {

namespace {

namespace fs = std::filesystem;
using namespace hw::pipeline;

constexpr int kFrames = 3;

/// A published accelerator: its board's share, what it reached, and what ours must reach.
struct Published {
    std::string design, model;
    double clockMhz;
    double lut, dsp, bram36;
    double framesPerSecond;       ///< measured, batch 1
    double steadyFramesPerSecond; ///< ours in steady state must exceed this; 0: not held against anything
};

/// mlcommons/tiny_results_v1.1, closed division, fpgaConvNet on a ZedBoard; 4,364 frames/s is the bound of
/// its own ResNet-8 pipeline in steady state (32,768 cycles a frame).
const Published kPublished[] = {
    {"ResNet-8", "resnet8_cifar10", 143, 47000, 211, 93, 2432, 4364},
    {"KWS", "convnet_kws", 143, 37000, 188, 97, 3087, 0},
    {"VWW", "mobilenetv1_025_vww", 111, 34000, 189, 123, 105, 0},
};

/// A network of 8 bits with inputs, solved for a budget and written out.
class Design {
  public:
    explicit Design(const Published& published) : published_(published) {
        const nn::Graph graph = nn::prepare(onnx::importOnnx(referenceNetwork(published.model)));
        const quant::IntegerNetwork network = quant::quantize(graph, quant::uniformInputs(graph, 4, 1));
        workload_ = hw::workloadOf(network);
        allocation_ = allocate(workload_, Budget{published.lut, 1e9, published.dsp, published.bram36});
        if (!allocation_) {
            throw workError("{}: no pipeline fits {} LUT, {} DSP and {} block RAM", published.design,
                            published.lut, published.dsp, published.bram36);
        }
        allocation_->parameters = withLeastBuffers(workload_, allocation_->parameters);
        allocation_->resources =
            resources(workload_, codegen::withWeightColumns(network, workload_, allocation_->parameters),
                      hw::DeviceFamily::Xilinx7);
        std::vector<std::vector<std::int32_t>> inputs;
        for (const nn::Tensor& input : quant::uniformInputs(graph, kFrames, 2)) {
            inputs.push_back(quant::integerInput(network, std::span(&input, 1)));
        }
        folder_ = fs::temp_directory_path() / ("tandem-bench-" + published.model);
        codegen::writePipelineRtl(network, allocation_->parameters, inputs, app::resourceFolder() / "rtl",
                                  folder_);
    }
    Design(const Design&) = delete;
    Design& operator=(const Design&) = delete;
    ~Design() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    void addRows(std::vector<HardwareRow>& rows) const {
        simulate(rows);
        synthesize(rows);
    }

  private:
    HardwareRow row(std::string figure, double published, double target, std::string source) const {
        HardwareRow made;
        made.design = published_.design;
        made.figure = std::move(figure);
        made.published = published;
        made.target = target;
        made.source = std::move(source);
        return made;
    }

    void simulate(std::vector<HardwareRow>& rows) const {
        const Replay model = replay(workload_, netlistOf(workload_, allocation_->parameters), kFrames);
        const bool present = !findProgram("verilator").empty();
        codegen::Simulation found;
        if (present) {
            Output::message(published_.design + ": simulating");
            found = codegen::simulateRtl(folder_, codegen::Simulator::Verilator);
        }
        const std::string source = "measured (Verilator)";
        const auto rate = [&](double cycles) { return published_.clockMhz * 1e6 / cycles; };
        const auto add = [&](HardwareRow made, double value) {
            if (present) {
                made.found = value;
            }
            rows.push_back(std::move(made));
        };
        const auto exactRow = [&](const std::string& figure, std::int64_t target) {
            HardwareRow made = row(figure, 0, static_cast<double>(target), source);
            made.exact = true;
            return made;
        };
        add(exactRow("wrong output beats", 0), static_cast<double>(found.wrong));
        const std::int64_t latency = present ? found.lastOutput.front() + 1 : 1;
        add(exactRow("cycles, first input to last output", model.lastOutput.front() + 1),
            static_cast<double>(latency));
        const std::int64_t modelled = model.lastOutput.back() - model.lastOutput[kFrames - 2];
        const std::int64_t interval = present ? found.interval() : 1;
        add(exactRow("cycles between frames", modelled), static_cast<double>(interval));
        const std::string at = fmt::format(" at {} MHz", published_.clockMhz);
        add(row("frames/s" + at + ", batch 1", published_.framesPerSecond, published_.framesPerSecond,
                source),
            rate(static_cast<double>(latency)));
        if (published_.steadyFramesPerSecond > 0) {
            HardwareRow steady = row("frames/s" + at + ", steady", published_.steadyFramesPerSecond,
                                     published_.steadyFramesPerSecond + 1, source);
            add(steady, rate(static_cast<double>(interval)));
        }
    }

    void synthesize(std::vector<HardwareRow>& rows) const {
        const bool present = !findProgram("yosys").empty();
        hw::Resources found;
        if (present) {
            Output::message(published_.design + ": synthesizing");
            found = codegen::synthesizeRtl(folder_, hw::DeviceFamily::Xilinx7);
        }
        const auto add = [&](HardwareRow made, double value) {
            made.atLeast = false;
            if (present) {
                made.found = value;
            }
            rows.push_back(std::move(made));
        };
        const std::string source = "measured (Yosys)";
        const hw::Resources& modelled = allocation_->resources;
        add(row("LUT", published_.lut, published_.lut, source), found.lut);
        add(row("DSP", published_.dsp, published_.dsp, source), found.dsp);
        add(row("BRAM36", published_.bram36, published_.bram36, source), found.bram36());
        HardwareRow dsp = row("DSP, modelled", 0, modelled.dsp, source);
        HardwareRow bram = row("BRAM36, modelled", 0, modelled.bram36(), source);
        dsp.exact = bram.exact = true;
        add(dsp, found.dsp);
        add(bram, found.bram36());
    }

    Published published_;
    hw::Workload workload_;
    std::optional<Allocation> allocation_;
    fs::path folder_;
};

} // namespace

std::vector<HardwareRow> publishedPipelineRows(const BenchArguments& arguments) {
    std::vector<HardwareRow> rows;
    for (const Published& published : kPublished) {
        const auto named = [&](const fs::path& model) { return model.stem() == published.model; };
        if (!arguments.models.empty() && std::ranges::none_of(arguments.models, named)) {
            continue;
        }
        if (!fs::exists(referenceNetwork(published.model))) {
            rows.push_back(HardwareRow::leftOut(published.model, referenceNetwork(published.model).string() +
                                                                     " is not there"));
            continue;
        }
        Design(published).addRows(rows);
    }
    return rows;
}

} // namespace tandem::cli
