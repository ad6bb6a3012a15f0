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

/// A folder made ready for an export: empty, or cleared of an earlier one. Unless it is kept, it is left
/// empty again, or as absent as it was.
class ClaimedFolder {
  public:
    explicit ClaimedFolder(fs::path folder) : folder_(std::move(folder)) {
        std::error_code failure;
        if (fs::exists(folder_, failure) && !fs::is_directory(folder_)) {
            throw inputError("'{}' is a file; an export needs a folder", folder_.string());
        }
        if (fs::is_directory(folder_) && !fs::is_empty(folder_)) {
            if (!fs::exists(folder_ / "manifest.json")) {
                throw inputError(
                    "the folder '{}' holds other files; choose an empty folder or an earlier export",
                    folder_.string());
            }
            readManifest(folder_); // refuses a manifest of something else
            if (const std::error_code stays = clear()) {
                throw workError("cannot clear the folder '{}': {}", folder_.string(), stays.message());
            }
        }
        isNew_ = fs::create_directories(folder_, failure);
        if (failure) {
            throw workError("cannot create the folder '{}': {}", folder_.string(), failure.message());
        }
    }
    ~ClaimedFolder() {
        if (!isKept_) {
            clear();
            if (std::error_code ignored; isNew_) {
                fs::remove(folder_, ignored);
            }
        }
    }
    ClaimedFolder(const ClaimedFolder&) = delete;
    ClaimedFolder& operator=(const ClaimedFolder&) = delete;

    void keep() { isKept_ = true; }

  private:
    /// What keeps a part from going, if anything does.
    std::error_code clear() const {
        std::error_code failure;
        for (const char* part :
             {"cpp", "rtl", "model.onnx", "report.html", "verification.json", "manifest.json"}) {
            std::error_code own;
            fs::remove_all(folder_ / part, own);
            failure = failure ? failure : own;
        }
        return failure;
    }

    fs::path folder_;
    bool isNew_ = false, isKept_ = false;
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
                 const fs::path& folder, const Progress& progress, const std::stop_token& cancel) {
    const auto report = [&](const std::string& what, double done) {
        stopIfAsked(cancel);
        if (progress) {
            progress(what, done);
        }
    };
    ClaimedFolder claimed(folder);
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
        writeCpp(input.network, input.goldenInputs, resources / "cpp", folder / "cpp");
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
    claimed.keep();
}

} // namespace tandem::codegen
