// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/report/report.h"

#include <string>
#include <string_view>
#include <vector>

/// The plots of a report. Each function gives one <svg> element that takes its colours from the page's CSS
/// variables.
namespace tandem::codegen::svg {

/// `text` with the five special characters of XML escaped.
std::string escape(std::string_view text);

/// A horizontal bar per layer: the cycles it needs; the slowest one, which sets the interval, stands out.
std::string layerCycles(const std::vector<ReportLayer>& layers);

/// A horizontal bar per layer: energy, split into computing, on-chip memory, DRAM and static.
std::string layerEnergy(const std::vector<ReportLayer>& layers);

/// One bar: the parts of a frame's latency one after the other.
std::string frameTime(const std::vector<ReportTime>& parts);

/// The front as a scatter with axes, the chosen point marked.
std::string front(const ReportFront& front);

/// One bar per resource with its share of the device.
std::string gauges(const std::vector<ReportGauge>& gauges);

} // namespace tandem::codegen::svg
