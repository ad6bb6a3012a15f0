// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/resources.h"
#include "core/hw/device/system_time.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tandem::codegen {

/// What an export promises about its hardware. All modelled.
struct Promise {
    hw::FrameCycles timing;
    hw::Resources resources;
};

/// One layer of the export: what it is, what it promises (modelled), and what it must compute.
struct ManifestLayer {
    std::string name, description;
    int pe = 0, simd = 0;                 ///< 0: no RTL
    std::int64_t interval = 0;            ///< cycles per frame that it alone needs; 0: no RTL
    std::vector<std::uint32_t> checksums; ///< CRC-32 of its result for each golden input, see layerChecksums
    bool weightsStream = false;           ///< from memory
};

/// A figure of the point with where it comes from, in words; the name is a metric's.
struct ManifestFigure {
    std::string name;
    double value = 0.0;
    std::string source;
};

/// {"latency_ms": {"value": 1.2, "source": "modelled"}, ...}.
nlohmann::ordered_json figuresJson(const std::vector<ManifestFigure>& figures);

/// manifest.json: what an export is, what it promises, and what its files were when it was written.
struct Manifest {
    std::string network, device, study, point;
    hw::DeviceFamily family = hw::DeviceFamily::Xilinx7; ///< also of manifests of old, which name none
    std::string part;                                    ///< the vendor's order code; empty: not stated
    bool hasDsps = true;                                 ///< whether the device has any
    double clockMhz = 0.0;
    std::size_t goldenInputs = 0;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<ManifestFigure> figures; ///< those that the report shows; none in manifests of old
    std::optional<Promise> hardware;     ///< absent without RTL
    std::map<std::string, std::string>
        files; ///< SHA-256 in hexadecimal digits by path relative to the folder; empty in manifests of old
    std::vector<ManifestLayer> layers; ///< in the order of the integer network
};

/// What a design takes of a device, by the keys of its family's primitives: {"lut": 412.3, "dsp": 4, ...}.
nlohmann::ordered_json resourcesJson(const hw::Resources& used, hw::DeviceFamily family);

/// SHA-256 of every regular file below `folder` except manifest.json, what verification leaves behind and the
/// report, to which verification adds.
std::map<std::string, std::string> fileHashes(const std::filesystem::path& folder);

/// Throws Error (Work) naming the file.
void writeManifest(const Manifest& manifest, const std::filesystem::path& folder);

/// Throws Error (Input) naming the folder where there is no manifest, or a broken one.
Manifest readManifest(const std::filesystem::path& folder);

} // namespace tandem::codegen
