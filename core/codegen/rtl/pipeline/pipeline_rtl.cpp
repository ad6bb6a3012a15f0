// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"

#include "core/base/error.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/package/rtl_package.h"
#include "core/codegen/rtl/bench/pipeline_bench.h"
#include "core/codegen/rtl/common/memory.h"
#include "core/codegen/rtl/pipeline/top.h"
#include "core/hw/workload/workload_of.h"
#include "core/quant/arithmetic/executor.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

std::string readFile(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw inputError("RTL library: cannot read '{}'", path.string());
    }
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void writeFile(const fs::path& path, const std::string& text) {
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.flush();
    if (!file) {
        throw workError("cannot write '{}'", path.string());
    }
}

} // namespace

std::vector<TextFile> usedModules(const std::string& text, const fs::path& library) {
    std::vector<fs::path> all;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(library, error)) {
        if (entry.path().extension() == ".v") {
            all.push_back(entry.path());
        }
    }
    if (error || all.empty()) {
        throw inputError("RTL library: '{}' holds no Verilog files", library.string());
    }
    std::ranges::sort(all);
    std::vector<std::string> texts;
    std::ranges::transform(all, std::back_inserter(texts), readFile);
    std::vector<bool> used(all.size(), false);
    std::vector<const std::string*> open{&text};
    while (!open.empty()) {
        const std::string& reader = *open.back();
        open.pop_back();
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!used[i] && reader.find(all[i].stem().string() + " #(") != std::string::npos) {
                used[i] = true;
                open.push_back(&texts[i]);
            }
        }
    }
    std::vector<TextFile> files;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (used[i]) {
            files.push_back({all[i].filename().string(), texts[i]});
        }
    }
    return files;
}

namespace {

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

void writeRtl(const quant::IntegerNetwork& network, const hw::pipeline::Parameters& parameters,
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
        writeFile(folder / file.path, file.text);
    }
}

} // namespace tandem::codegen
