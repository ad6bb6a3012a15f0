// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/manifest.h"
#include "core/codegen/package/package.h"
#include "core/codegen/report/report.h"
#include "core/codegen/verify/verify.h"
#include "core/hw/accelerator.h"
#include "core/hw/device/device.h"
#include "core/quant/packed/packed_network.h"

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem::codegen {

/// Which parts an export has.
struct ExportParts {
    bool cpp = true, rtl = true, onnx = true, report = true;
};

/// "cpp,rtl,onnx,report" in any order and number. Throws Error (Input) that lists the names.
ExportParts parseParts(const std::string& text);

/// A point, settled: everything that is written down.
struct ExportInput {
    quant::IntegerNetwork network;
    hw::AnyAccelerator accelerator; ///< of that network
    double clockMhz = 100.0;
    hw::DeviceFamily family = hw::DeviceFamily::Xilinx7; ///< that scripts are written for
    std::string part;                                    ///< the vendor's order code for them; may be empty
    bool hasDsps = true;                                 ///< whether the device has any
    std::vector<std::vector<std::int32_t>>
        goldenInputs;  ///< quantized input tensors, elements channel, row, column; at least one
    ReportData report; ///< also the source of the manifest's names and parameters
    std::vector<ManifestFigure> figures; ///< of the point
    /// How the C++ stores weights of fewer than eight bits: in their bits, or in bytes for speed.
    quant::WeightStorage cppWeights = quant::WeightStorage::Packed;
};

/// Writes cpp/, rtl/, model.onnx, report.html and manifest.json (what is promised, with its source, what
/// every layer must compute, and a SHA-256 of every file) into `destination`. `resources` is the program's
/// data folder. An earlier export there is replaced when the new one is whole; a folder that holds anything
/// else is refused with an Error (Input). Throws Error (Work) naming the file that cannot be written, Error
/// (Cancelled) where it was asked to stop; then the destination is left as it was.
void exportPoint(const ExportInput& input, const ExportParts& parts, const std::filesystem::path& resources,
                 const std::filesystem::path& destination, const Progress& progress = {},
                 const std::stop_token& cancel = {});

} // namespace tandem::codegen
