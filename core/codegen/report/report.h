// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::codegen {

/// One number of a report, ready to be shown, with where it comes from ("modelled", "measured", ...).
struct ReportFigure {
    std::string name, value, unit, source;
};

/// One accelerator layer. Everything numeric is modelled.
struct ReportLayer {
    std::string name, description, output;
    int weightBits = 0, activationBits = 0; ///< weightBits 0: the layer has no weights
    int pe = 1, simd = 1;
    std::string multiplier;                         ///< "dsp", "fabric", "packed"
    std::int64_t macs = 0;                          ///< per frame
    std::int64_t interval = 0;                      ///< cycles per frame that the layer alone needs
    std::vector<double> resources;                  ///< in the order of ReportData::resourceNames
    double computePj = 0, onChipPj = 0, dramPj = 0; ///< dynamic energy per frame
    double staticPj = 0;                            ///< its share of the device's static energy
};

/// A part of a frame's latency, in milliseconds. Modelled.
struct ReportTime {
    std::string name;
    double milliseconds = 0;
};

/// An operator that runs on the host. Modelled.
struct ReportHost {
    std::string name, kind;
    double operations = 0, bytes = 0, milliseconds = 0;
};

/// How much of a device's resource a design takes.
struct ReportGauge {
    std::string name;
    double used = 0, available = 0;
    std::string source;
};

/// A point of the front in the plane of two metrics.
struct ReportFrontPoint {
    double x = 0, y = 0;
    bool chosen = false; ///< the point that the report is about
};

/// How the values of an axis are laid out.
struct ReportScale {
    /// What a value cannot fall below or exceed (latency 0, agreement 100); the axis does not go beyond.
    std::optional<double> least, most;
    bool logarithmic = false; ///< where all values are above 0; else the axis is linear
};

struct ReportFront {
    std::string xTitle, yTitle; ///< with unit and sources
    std::vector<ReportFrontPoint> points;
    ReportScale xScale, yScale;
};

/// One line of what verification compared.
struct ReportCheck {
    std::string item, expected, found;
    std::optional<bool> passed; ///< none: not run, `found` says why
};

/// The time of one layer of the generated C++. Measured.
struct ReportLayerTime {
    std::string name;
    double operations = 0, microseconds = 0;
    std::optional<double> ofPeak; ///< percent
};

/// How fast the generated C++ ran.
struct ReportSpeed {
    std::string where; ///< on what, in words
    std::vector<ReportLayerTime> layers;
};

/// All that a report shows, in words and figures; the caller fills in what it knows.
struct ReportData {
    std::string network, device, acceleratorTemplate, study, point, date;
    std::vector<ReportFigure> figures;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<ReportGauge> gauges;
    std::vector<std::string> resourceNames; ///< what layers take of the device: "LUT", "DSP48E1", ...
    std::vector<ReportLayer> layers;
    std::vector<ReportTime> time; ///< the parts of the latency, in the order in which they pass
    std::string host;             ///< what runs the host operators
    std::vector<ReportHost> hostOperators;
    std::optional<ReportFront> front;
    std::vector<ReportCheck> checks;
    std::vector<std::string> notes; ///< host operators, rounding remarks, ...
};

/// The report as one self-contained HTML page: inline SVG plots, light and dark by the reader's preference,
/// no scripts, no outside files. All texts are escaped.
std::string reportHtml(const ReportData& data);

/// Writes reportHtml to a file. Throws Error (Work) naming the file.
void writeReport(const ReportData& data, const std::filesystem::path& file);

/// Replaces the verification section of a report that is already written. Throws Error (Work) naming the
/// file.
void putChecksIntoReport(const std::vector<ReportCheck>& checks, const ReportSpeed& speed,
                         const std::filesystem::path& file);

} // namespace tandem::codegen
