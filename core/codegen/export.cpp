// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/export.h"

#include "core/base/error.h"
#include "core/codegen/cpp/cpp.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/onnx/qdq_onnx.h"
#include "core/codegen/package/manifest.h"
#include "core/codegen/rtl/common/memory.h"
#include "core/codegen/rtl/folded/folded_rtl.h"
#include "core/codegen/rtl/folded/memory.h"
#include "core/codegen/rtl/hybrid/hybrid_rtl.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"
#include "core/hw/device/primitives.h"
#include "core/hw/pipeline/weight_stream.h"
#include "core/hw/workload/workload_of.h"

#include <sstream>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

// Makes the folder ready: empty, or cleared of an earlier export.
void claimFolder(const fs::path& folder) {
    std::error_code failure;
    if (fs::exists(folder, failure) && !fs::is_directory(folder)) {
        throw inputError("'{}' is a file; an export needs a folder", folder.string());
    }
    if (fs::is_directory(folder) && !fs::is_empty(folder)) {
        if (!fs::exists(folder / "manifest.json")) {
            throw inputError("the folder '{}' holds other files; choose an empty folder or an earlier export",
                             folder.string());
        }
        readManifest(folder); // refuses a manifest of something else
        for (const char* part :
             {"cpp", "rtl", "model.onnx", "report.html", "verification.json", "manifest.json"}) {
            fs::remove_all(folder / part);
        }
    }
    fs::create_directories(folder, failure);
    if (failure) {
        throw workError("cannot create the folder '{}': {}", folder.string(), failure.message());
    }
}

Promise promise(const ExportInput& input) {
    const hw::Workload workload = hw::workloadOf(input.network);
    if (input.hybrid) {
        const hw::hybrid::Parts parts = hw::hybrid::split(workload, input.hybrid->layers);
        const hw::folded::Program program = hybridProgram(input.network, *input.hybrid);
        const hw::hybrid::Timing timing =
            hw::hybrid::exactTiming(parts, *input.hybrid, program, input.memory);
        hw::hybrid::Parameters parameters = *input.hybrid;
        parameters.head = withWeightColumns(input.network, parts.head, parameters.head);
        return {{timing.latency, timing.latency, timing.interval},
                hw::hybrid::resources(parts, parameters, program, input.family)};
    }
    if (input.folded) {
        const hw::folded::Program program = foldedProgram(input.network, *input.folded);
        const std::int64_t cycles = hw::folded::replay(program, workload, input.memory).latency;
        return {{cycles, cycles, cycles}, hw::folded::resources(program.machine, input.family)};
    }
    return {hw::pipeline::exactTiming(workload, input.parameters),
            hw::pipeline::resources(workload, withWeightColumns(input.network, workload, input.parameters),
                                    input.family)};
}

std::vector<ManifestLayer> layersOf(const ExportInput& input) {
    std::vector<std::vector<std::uint32_t>> golden = layerChecksums(input.network, input.goldenInputs);
    std::vector<ManifestLayer> layers;
    for (std::size_t l = 0; l < golden.size(); ++l) {
        const quant::IntegerLayer& layer = input.network.layers[l];
        layers.push_back({layer.name, describeLayer(input.network, layer), 0, 0, 0, std::move(golden[l])});
    }
    return layers;
}

void addHardware(const ExportInput& input, std::vector<ManifestLayer>& layers) {
    const hw::Workload workload = hw::workloadOf(input.network);
    if (input.folded || input.hybrid) {
        const std::size_t pipelined = input.hybrid ? static_cast<std::size_t>(input.hybrid->layers) : 0;
        const hw::Workload tail =
            input.hybrid ? hw::hybrid::split(workload, input.hybrid->layers).tail : workload;
        const hw::folded::Parameters& choices = input.hybrid ? input.hybrid->tail : *input.folded;
        const hw::folded::Timing timing = hw::folded::timing(tail, choices, input.memory);
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const bool folded = l >= pipelined;
            const hw::pipeline::Folding folding = folded
                                                      ? hw::pipeline::Folding{choices.columns, choices.rows}
                                                      : input.hybrid->head.foldings[l];
            layers[l].pe = folding.pe;
            layers[l].simd = folding.simd;
            layers[l].interval = folded ? timing.layers[l - pipelined]
                                        : hw::pipeline::layerInterval(workload.layers[l], folding);
        }
        return;
    }
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const hw::pipeline::Folding& folding = input.parameters.foldings[l];
        layers[l].pe = folding.pe;
        layers[l].simd = folding.simd;
        layers[l].interval =
            hw::pipeline::layerInterval(workload.layers[l], folding, input.parameters.weightPort);
        layers[l].weightsStream = hw::pipeline::streamsWeights(workload.layers[l], folding);
    }
}

} // namespace

ExportParts parseParts(const std::string& text) {
    ExportParts parts{false, false, false, false};
    std::istringstream names(text);
    for (std::string name; std::getline(names, name, ',');) {
        if (name == "cpp") {
            parts.cpp = true;
        } else if (name == "rtl") {
            parts.rtl = true;
        } else if (name == "onnx") {
            parts.onnx = true;
        } else if (name == "report") {
            parts.report = true;
        } else {
            throw inputError("'{}' is no part of an export; the parts are cpp, rtl, onnx and report", name);
        }
    }
    return parts;
}

void exportPoint(const ExportInput& input, const ExportParts& parts, const fs::path& resources,
                 const fs::path& folder, const Progress& progress) {
    const auto report = [&](const std::string& what, double done) {
        if (progress) {
            progress(what, done);
        }
    };
    claimFolder(folder);
    Manifest manifest{input.report.network,
                      input.report.device,
                      input.report.study,
                      input.report.point,
                      input.family,
                      input.part,
                      input.hasDsps,
                      input.clockMhz,
                      input.goldenInputs.size(),
                      input.report.parameters,
                      {},
                      {},
                      layersOf(input)};
    if (parts.cpp) {
        report("writing C++", 0.0);
        writeCpp(input.network, input.goldenInputs, resources / "cpp", folder / "cpp");
    }
    if (parts.rtl) {
        report("writing RTL", 0.2);
        const RtlTarget target{input.report.network, input.family, input.part, input.clockMhz, input.hasDsps};
        if (input.hybrid) {
            writeHybridRtl(input.network, *input.hybrid, input.memory, input.goldenInputs, resources / "rtl",
                           folder / "rtl", target);
        } else if (input.folded) {
            writeFoldedRtl(input.network, *input.folded, input.memory, input.goldenInputs, resources / "rtl",
                           folder / "rtl", target);
        } else {
            writeRtl(input.network, input.parameters, input.goldenInputs, resources / "rtl", folder / "rtl",
                     target);
        }
        report("modelling exact cycles", 0.6);
        manifest.hardware = promise(input);
        if (!input.hasDsps) {
            manifest.hardware->resources = hw::withoutDsps(manifest.hardware->resources);
        }
        addHardware(input, manifest.layers);
    }
    if (parts.onnx) {
        report("writing ONNX", 0.8);
        writeQdqOnnx(input.network, folder / "model.onnx");
    }
    if (parts.report) {
        report("writing the report", 0.9);
        writeReport(input.report, folder / "report.html");
    }
    manifest.files = fileHashes(folder);
    writeManifest(manifest, folder);
    report("exported", 1.0);
}

} // namespace tandem::codegen
