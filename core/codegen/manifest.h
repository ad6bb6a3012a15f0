// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tandem::codegen {

/// What an export promises about its hardware. All modelled.
struct Promise {
    hw::pipeline::Timing timing;
    hw::pipeline::Resources resources;
};

/// manifest.json: what an export is, what it promises, and what its files were when it was written.
struct Manifest {
    std::string network, device, study, point;
    double clockMhz = 0.0;
    std::size_t goldenInputs = 0;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::optional<Promise> hardware;                ///< absent without RTL
    std::map<std::string, std::uint32_t> checksums; ///< CRC-32 by path relative to the folder
};

/// CRC-32 of every regular file below `folder` except manifest.json and what verification leaves behind.
std::map<std::string, std::uint32_t> checksums(const std::filesystem::path& folder);

/// Throws Error (Work) naming the file.
void writeManifest(const Manifest& manifest, const std::filesystem::path& folder);

/// Throws Error (Input) naming the folder where there is no manifest, or a broken one.
Manifest readManifest(const std::filesystem::path& folder);

} // namespace tandem::codegen
