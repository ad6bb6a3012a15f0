// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"

#include "core/base/error.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/package/rtl_package.h"
#include "core/codegen/rtl/bench/pipeline_bench.h"
#include "core/codegen/rtl/common/library.h"
#include "core/codegen/rtl/common/memory.h"
#include "core/codegen/rtl/pipeline/images.h"
#include "core/codegen/rtl/pipeline/top.h"
#include "core/codegen/rtl/sample_design.h"
#include "core/codegen/text_files.h"
#include "core/hw/pipeline/accelerator.h"
#include "core/hw/pipeline/template.h"
#include "core/hw/workload/workload_of.h"
#include "core/quant/arithmetic/executor.h"

#include <algorithm>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

std::vector<BenchTap> tapsOf(const hw::pipeline::Netlist& netlist) {
    std::vector<BenchTap> taps;
    for (const hw::pipeline::Block& block : netlist.blocks) {
        if (block.kind == hw::pipeline::BlockKind::Engine) {
            const int stream = block.outputs.front();
            const hw::pipeline::Channel& channel = netlist.channels[at(stream)];
            taps.push_back({at(block.layer), fmt::format("top.s{}", stream), channel.lanes, channel.bits,
                            channel.frame});
        }
    }
    return taps;
}

} // namespace

void writePipelineRtl(const quant::IntegerNetwork& network, const hw::pipeline::Parameters& parameters,
                      std::span<const std::vector<std::int32_t>> inputs, const fs::path& library,
                      const fs::path& folder, const RtlTarget& target) {
    if (inputs.empty()) {
        throw inputError("RTL of '{}': at least one input is needed for the golden vectors", network.name);
    }
    const quant::Executor executor(network);
    const hw::Workload workload = hw::workloadOf(network);
    const hw::pipeline::Netlist netlist = hw::pipeline::netlistOf(workload, parameters);

    Package package;
    package.target = target;
    std::vector<TextFile> files = topFiles(network, workload, parameters, netlist);
    std::vector<TextFile> modules = usedModules(files.back().text, library);
    for (std::size_t i = 0; i + 1 < files.size(); ++i) {
        package.images.push_back(files[i].path);
    }
    for (TextFile& module : modules) {
        module.path = "rtl/" + module.path;
        package.modules.push_back(module.path);
        files.push_back(std::move(module));
    }

    const hw::pipeline::Channel& in = netlist.channels[at(netlist.blocks.front().outputs.front())];
    const hw::pipeline::Channel& out = netlist.channels[at(netlist.blocks.back().inputs.front())];
    std::vector<std::vector<std::int32_t>> outputs;
    for (const auto& input : inputs) {
        outputs.push_back(executor.output(input));
    }
    BenchShape shape;
    shape.frames = static_cast<int>(inputs.size());
    shape.inputBeats = in.frame;
    shape.outputBeats = out.frame;
    shape.inputBits = portBits(in.width());
    shape.outputBits = portBits(out.width());
    shape.patience = 100000 + 20 * hw::pipeline::interval(workload, parameters);
    shape.taps = tapsOf(netlist);
    shape.weights = streamedWeights(workload, netlist);
    shape.memory = netlist.memory;
    if (!shape.weights.empty()) {
        files.push_back({kStreamedImage, streamedImage(network, workload, parameters, netlist)});
        const StreamedWeights& last = shape.weights.back();
        shape.weightBytes = last.offset + last.stream.imageBytes();
    }
    std::ranges::move(benchFiles(shape), std::back_inserter(files));
    files.push_back(
        {"golden/inputs.hex", beatImage(inputs, workload.inputChannels, in.lanes, in.bits, shape.inputBits)});
    files.push_back({"golden/outputs.hex", beatImage(outputs, workload.layers.back().outputChannels,
                                                     out.lanes, out.bits, shape.outputBits)});
    files.push_back({"golden/layers.txt", checksumText(network, layerChecksums(network, inputs))});
    package.golden = {"golden/inputs.hex", "golden/outputs.hex"};
    if (!shape.weights.empty()) {
        package.golden.push_back(kStreamedImage);
        package.inputs = {{"", kWeightsBase, false, 32}};
    }
    package.buses = {streamBus("s_axis", BusKind::StreamSlave, shape.inputBits, false),
                     streamBus("m_axis", BusKind::StreamMaster, shape.outputBits, true)};
    std::ranges::move(weightBuses(shape.weights), std::back_inserter(package.buses));
    std::ranges::move(packageFiles(package), std::back_inserter(files));
    for (const TextFile& file : files) {
        writeText(folder / file.path, file.text);
    }
}

TemplateWriter pipelineWriter() {
    using hw::pipeline::Pipeline;
    return {hw::pipeline::kTemplate.name,
            [](const quant::IntegerNetwork& network, const hw::Accelerator& accelerator) {
                const hw::Workload workload = hw::workloadOf(network);
                return hw::AnyAccelerator(Pipeline(
                    workload, withWeightColumns(network, workload,
                                                dynamic_cast<const Pipeline&>(accelerator).parameters)));
            },
            [](const quant::IntegerNetwork& network, const hw::Accelerator& accelerator,
               std::span<const std::vector<std::int32_t>> inputs, const fs::path& library,
               const fs::path& folder, const RtlTarget& target) {
                writePipelineRtl(network, dynamic_cast<const Pipeline&>(accelerator).parameters, inputs,
                                 library, folder, target);
            },
            [](std::uint64_t seed) {
                const SampleDesign sample = sampleDesign(seed);
                return hw::AnyAccelerator(Pipeline(hw::workloadOf(sample.network), sample.parameters));
            }};
}

} // namespace tandem::codegen
