// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/export.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/codegen/cpp/cpp.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/onnx/qdq_onnx.h"
#include "core/codegen/package/manifest.h"
#include "core/codegen/rtl/rtl.h"
#include "core/hw/device/primitives.h"
#include "core/hw/workload/workload_of.h"

#include <sstream>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

/// An export on its way: written to a folder within the one that it is for, so that an earlier export there
/// stays until the new one is whole. Unless it is put in place, everything is left as it was.
class UnfinishedExport {
  public:
    explicit UnfinishedExport(fs::path folder) : folder_(std::move(folder)) {
        std::error_code failure;
        if (fs::exists(folder_, failure) && !fs::is_directory(folder_)) {
            throw inputError("'{}' is a file; an export needs a folder", folder_.string());
        }
        if (fs::is_directory(folder_)) {
            fs::remove_all(path(), failure); // of a program that was killed
            if (!fs::is_empty(folder_)) {
                refuseOtherFiles();
            }
        }
        isNew_ = fs::create_directories(folder_, failure);
        if (!failure) {
            fs::create_directory(path(), failure);
        }
        if (failure) {
            throw workError("cannot create the folder '{}': {}", path().string(), failure.message());
        }
    }
    ~UnfinishedExport() {
        std::error_code ignored;
        fs::remove_all(path(), ignored);
        if (isNew_ && !isInPlace_) {
            fs::remove(folder_, ignored);
        }
    }
    UnfinishedExport(const UnfinishedExport&) = delete;
    UnfinishedExport& operator=(const UnfinishedExport&) = delete;

    fs::path path() const { return folder_ / ".unfinished"; }

    /// Replaces the earlier export. Throws Error (Work) naming the part that cannot be replaced.
    void putInPlace() {
        for (const char* part :
             {"manifest.json", "verification.json", "report.html", "model.onnx", "rtl", "cpp"}) {
            std::error_code failure;
            fs::remove_all(folder_ / part, failure);
            if (!failure && fs::exists(path() / part)) {
                fs::rename(path() / part, folder_ / part, failure);
            }
            if (failure) {
                throw workError("cannot replace '{}': {}", (folder_ / part).string(), failure.message());
            }
        }
        isInPlace_ = true;
    }

  private:
    void refuseOtherFiles() const {
        if (!fs::exists(folder_ / "manifest.json")) {
            throw inputError("the folder '{}' holds other files; choose an empty folder or an earlier export",
                             folder_.string());
        }
        readManifest(folder_); // refuses a manifest of something else
    }

    fs::path folder_;
    bool isNew_ = false, isInPlace_ = false;
};

/// What the RTL does and takes.
Promise promise(const ExportInput& input, const hw::Workload& workload) {
    const hw::AnyAccelerator built = settled(input.network, *input.accelerator);
    Promise made{built->exactCycles(workload), built->resources(workload, input.family)};
    if (!input.hasDsps) {
        made.resources = hw::withoutDsps(made.resources);
    }
    return made;
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

void addHardware(const ExportInput& input, const hw::Workload& workload, std::vector<ManifestLayer>& layers) {
    const std::vector<hw::LayerFigures> figures = input.accelerator->layers(workload, input.family);
    for (std::size_t l = 0; l < layers.size(); ++l) {
        layers[l].pe = figures[l].folding.pe;
        layers[l].simd = figures[l].folding.simd;
        layers[l].interval = figures[l].cycles;
        layers[l].weightsStream = figures[l].streamsWeights;
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
                 const fs::path& destination, const Progress& progress, const std::stop_token& cancel) {
    const auto report = [&](const std::string& what, double done) {
        stopIfAsked(cancel);
        if (progress) {
            progress(what, done);
        }
    };
    UnfinishedExport unfinished(destination);
    const fs::path folder = unfinished.path();
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
                      input.figures,
                      {},
                      {},
                      layersOf(input)};
    if (parts.cpp) {
        report("writing C++", 0.0);
        const CppOptions options{input.cppWeights, measureSpeed(input.network, input.goldenInputs.front(),
                                                                input.cppWeights, cancel)};
        writeCpp(input.network, input.goldenInputs, resources / "cpp", folder / "cpp", options);
    }
    if (parts.rtl) {
        report("writing RTL", 0.2);
        const RtlTarget target{input.report.network, input.family, input.part, input.clockMhz, input.hasDsps};
        writeRtl(input.network, *input.accelerator, input.goldenInputs, resources / "rtl", folder / "rtl",
                 target);
        report("modelling exact cycles", 0.6);
        const hw::Workload workload = hw::workloadOf(input.network);
        manifest.hardware = promise(input, workload);
        addHardware(input, workload, manifest.layers);
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
    report("exported", 1.0);
    writeManifest(manifest, folder);
    unfinished.putInPlace();
}

} // namespace tandem::codegen
