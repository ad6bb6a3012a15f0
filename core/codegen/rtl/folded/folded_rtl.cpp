// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/folded/folded_rtl.h"

#include "core/base/error.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/package/rtl_package.h"
#include "core/codegen/rtl/bench/folded_bench.h"
#include "core/codegen/rtl/common/library.h"
#include "core/codegen/rtl/folded/memory.h"
#include "core/codegen/rtl/folded/top.h"
#include "core/codegen/rtl/sample_design.h"
#include "core/codegen/text_files.h"
#include "core/hw/folded/accelerator.h"
#include "core/hw/folded/template.h"
#include "core/hw/workload/workload_of.h"
#include "core/quant/arithmetic/executor.h"

#include <algorithm>

namespace tandem::codegen {

namespace fs = std::filesystem;

std::vector<Bus> foldedBuses(const hw::folded::Machine& machine) {
    constexpr int kAddress = 6, kData = 32;
    std::vector<BusPort> maps = memoryReadPorts(machine.mapBus);
    const std::vector<BusPort> writes{{"AWVALID", "", true, 0},
                                      {"AWREADY", "", false, 0},
                                      {"AWADDR", "", true, 32},
                                      {"AWLEN", "", true, 8},
                                      {"AWSIZE", "", true, 3},
                                      {"AWBURST", "", true, 2},
                                      {"WVALID", "", true, 0},
                                      {"WREADY", "", false, 0},
                                      {"WDATA", "", true, machine.mapBus},
                                      {"WSTRB", "", true, machine.mapBus / 8},
                                      {"WLAST", "", true, 0},
                                      {"BVALID", "", false, 0},
                                      {"BREADY", "", true, 0},
                                      {"BRESP", "", false, 2}};
    maps.insert(maps.end(), writes.begin(), writes.end());
    return {memoryBus("s_axi",
                      {{"AWVALID", "", false, 0},
                       {"AWREADY", "", true, 0},
                       {"AWADDR", "", false, kAddress},
                       {"AWPROT", "", false, 3},
                       {"WVALID", "", false, 0},
                       {"WREADY", "", true, 0},
                       {"WDATA", "", false, kData},
                       {"WSTRB", "", false, kData / 8},
                       {"BVALID", "", true, 0},
                       {"BREADY", "", false, 0},
                       {"BRESP", "", true, 2},
                       {"ARVALID", "", false, 0},
                       {"ARREADY", "", true, 0},
                       {"ARADDR", "", false, kAddress},
                       {"ARPROT", "", false, 3},
                       {"RVALID", "", true, 0},
                       {"RREADY", "", false, 0},
                       {"RDATA", "", true, kData},
                       {"RRESP", "", true, 2}},
                      BusKind::LiteSlave),
            memoryBus("m_axi_weights", memoryReadPorts(machine.weightBus)),
            memoryBus("m_axi_maps", std::move(maps))};
}

std::vector<Register> foldedRegisters() {
    return {{"control", 0x00, true, "Bit 0: start"},
            {"status", 0x04, false, "Bit 0: done since the last start, bit 1: busy"},
            {"cycles", 0x08, false, "Cycles of the last run"},
            {"instruction", 0x0c, false, "Instructions of the run so far"},
            {"weights", 0x10, true, "Byte address of mem/weights.hex in memory, a multiple of 4096"},
            {"input", 0x14, true, "Byte address of the input map, a multiple of 4096"},
            {"output", 0x18, true, "Byte address of the output map, a multiple of 4096"},
            {"scratch", 0x1c, true, "Byte address of memory for maps in between, a multiple of 4096"}};
}

void writeFoldedRtl(const quant::IntegerNetwork& network, const hw::folded::Parameters& parameters,
                    const hw::folded::Memory& memory, std::span<const std::vector<std::int32_t>> inputs,
                    const fs::path& library, const fs::path& folder, const RtlTarget& target) {
    if (inputs.empty()) {
        throw inputError("RTL of '{}': at least one input is needed for the golden vectors", network.name);
    }
    const quant::Executor executor(network);
    const hw::Workload workload = hw::workloadOf(network);
    const hw::folded::Program program = foldedProgram(network, parameters);
    const std::int64_t cycles = hw::folded::replay(program, workload, memory).latency;

    Package package;
    package.target = target;
    package.buses = foldedBuses(program.machine);
    package.registers = foldedRegisters();
    package.golden = {"golden/inputs.hex", "golden/outputs.hex", "golden/mask.hex", "mem/weights.hex"};
    std::vector<TextFile> files = foldedTopFiles(network, program);
    for (const TextFile& file : files) {
        if (file.path.starts_with("mem/") && file.path != "mem/weights.hex") {
            package.images.push_back(file.path);
        }
    }
    for (TextFile& module : usedModules(files.back().text, library)) {
        package.modules.push_back("rtl/" + module.path);
        files.push_back({"rtl/" + module.path, std::move(module.text)});
    }
    std::vector<std::vector<std::int32_t>> outputs;
    for (const auto& input : inputs) {
        outputs.push_back(executor.output(input));
    }
    std::ranges::move(foldedBenchFiles(network, program, memory, static_cast<int>(inputs.size()), cycles),
                      std::back_inserter(files));
    files.push_back({"golden/inputs.hex", mapMemory(inputs, workload.inputChannels, program.machine)});
    files.push_back(
        {"golden/outputs.hex", mapMemory(outputs, workload.layers.back().outputChannels, program.machine)});
    files.push_back({"golden/layers.txt", checksumText(network, layerChecksums(network, inputs))});
    std::ranges::move(packageFiles(package), std::back_inserter(files));
    for (const TextFile& file : files) {
        writeText(folder / file.path, file.text);
    }
}

TemplateWriter foldedWriter() {
    using hw::folded::FoldedArray;
    return {hw::folded::kTemplate.name,
            [](const quant::IntegerNetwork& network, const hw::Accelerator& accelerator) {
                const auto& array = dynamic_cast<const FoldedArray&>(accelerator);
                return hw::AnyAccelerator(
                    FoldedArray(array.parameters, array.memory, foldedProgram(network, array.parameters)));
            },
            [](const quant::IntegerNetwork& network, const hw::Accelerator& accelerator,
               std::span<const std::vector<std::int32_t>> inputs, const fs::path& library,
               const fs::path& folder, const RtlTarget& target) {
                const auto& array = dynamic_cast<const FoldedArray&>(accelerator);
                writeFoldedRtl(network, array.parameters, array.memory, inputs, library, folder, target);
            },
            [](std::uint64_t seed) {
                return hw::AnyAccelerator(
                    FoldedArray(hw::workloadOf(sampleDesign(seed).network), sampleArray(seed), {}));
            }};
}

} // namespace tandem::codegen
