// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/report/svg.h"

#include "core/codegen/report/axis.h"

#include <array>
#include <numeric>
#include <span>

namespace tandem::codegen::svg {

namespace {

constexpr double kRow = 22.0;
constexpr double kLabel = 190.0;
constexpr double kBar = 420.0;
constexpr double kWidth = kLabel + kBar + 190.0; // figures stand behind the longest bar

std::string open(double width, double height, std::string_view title) {
    return fmt::format("<svg role=\"img\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\"><title>{}</title>\n",
                       width, height, width, escape(title));
}

std::string text(double x, double y, std::string_view content, std::string_view anchor = "start",
                 std::string_view style = "t") {
    return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", style,
                       x, y, anchor, escape(content));
}

std::string bar(double x, double y, double width, std::string_view style) {
    return fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.0f}\"/>\n",
                       style, x, y, std::max(width, 0.0), kRow - 8.0);
}

/// A row's name; a long one keeps its end, by which layers differ, and is told whole when pointed at.
std::string label(double y, const std::string& name) {
    constexpr std::size_t kLongest = 26;
    if (name.size() <= kLongest) {
        return text(kLabel - 8.0, y + 12.0, name, "end");
    }
    std::size_t from = name.size() - kLongest + 3;
    while (from < name.size() && (static_cast<unsigned char>(name[from]) & 0xC0U) == 0x80U) {
        ++from; // not into the middle of a character
    }
    return fmt::format("<g><title>{}</title>{}</g>\n", escape(name),
                       text(kLabel - 8.0, y + 12.0, "\u2026" + name.substr(from), "end"));
}

std::string picojoules(double pj) {
    return pj >= 1e6 ? fmt::format("{:.3g} \u00b5J", pj * 1e-6) : fmt::format("{:.3g} nJ", pj * 1e-3);
}

} // namespace

std::string escape(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        case '\'':
            result += "&#39;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

std::string layerCycles(const std::vector<ReportLayer>& layers) {
    std::int64_t slowest = 1;
    for (const ReportLayer& layer : layers) {
        slowest = std::max(slowest, layer.interval);
    }
    std::string svg = open(kWidth, kRow * static_cast<double>(layers.size()) + 6.0,
                           "Cycles per frame of every layer, modelled");
    double y = 4.0;
    for (const ReportLayer& layer : layers) {
        const double width = kBar * static_cast<double>(layer.interval) / static_cast<double>(slowest);
        svg += label(y, layer.name);
        svg += bar(kLabel, y, width, layer.interval == slowest ? "accent" : "fill");
        svg += text(kLabel + width + 6.0, y + 12.0, fmt::format("{}", layer.interval), "start", "n");
        y += kRow;
    }
    return svg + "</svg>\n";
}

namespace {

/// What a row of bars is made of, and its colours.
struct Part {
    std::string_view style;
    std::string title;
    double value;
};

std::array<Part, 4> energyParts(const ReportLayer& layer) {
    return {{{"fill", "computing", layer.computePj},
             {"second", "on-chip memory", layer.onChipPj},
             {"third", "DRAM", layer.dramPj},
             {"fourth", "static", layer.staticPj}}};
}

double sumOf(std::span<const Part> parts) {
    return std::accumulate(parts.begin(), parts.end(), 0.0,
                           [](double sum, const Part& part) { return sum + part.value; });
}

/// The parts side by side from kLabel on, `full` being as wide as a bar can be.
std::string stacked(std::span<const Part> parts, double y, double full) {
    std::string svg;
    double x = kLabel;
    for (const Part& part : parts) {
        svg += bar(x, y, kBar * part.value / full, part.style);
        x += kBar * part.value / full;
    }
    return svg;
}

std::string legend(std::span<const Part> parts) {
    std::string svg;
    double x = kLabel;
    for (const Part& part : parts) {
        svg += bar(x, 4.0, 14.0, part.style) + text(x + 20.0, 16.0, part.title);
        x += 125.0;
    }
    return svg;
}

} // namespace

std::string layerEnergy(const std::vector<ReportLayer>& layers) {
    double most = 1e-12;
    for (const ReportLayer& layer : layers) {
        most = std::max(most, sumOf(energyParts(layer)));
    }
    std::string svg = open(kWidth, kRow * static_cast<double>(layers.size()) + 30.0,
                           "Energy per frame of every layer, modelled");
    svg += legend(energyParts({}));
    double y = 28.0;
    for (const ReportLayer& layer : layers) {
        const std::array<Part, 4> parts = energyParts(layer);
        svg += label(y, layer.name) + stacked(parts, y, most);
        svg +=
            text(kLabel + kBar * sumOf(parts) / most + 6.0, y + 12.0, picojoules(sumOf(parts)), "start", "n");
        y += kRow;
    }
    return svg + "</svg>\n";
}

std::string frameTime(const std::vector<ReportTime>& times) {
    constexpr std::array<std::string_view, 4> kStyles{"third", "second", "fourth", "fill"};
    std::vector<Part> parts;
    for (std::size_t i = 0; i < times.size(); ++i) {
        parts.push_back({kStyles[i % kStyles.size()], times[i].name, times[i].milliseconds});
    }
    const double total = std::max(1e-12, sumOf(parts));
    std::string svg = open(kWidth, 56.0, "The latency of a frame by its parts, modelled");
    svg += legend(parts) + text(kLabel - 8.0, 40.0, "one frame", "end") + stacked(parts, 28.0, total);
    return svg + text(kLabel + kBar + 6.0, 40.0, fmt::format("{:.4g} ms", total), "start", "n") + "</svg>\n";
}

std::string front(const ReportFront& plotted) {
    constexpr double kLeft = 70.0;
    constexpr double kTop = 12.0;
    constexpr double kPlotWidth = 560.0;
    constexpr double kPlotHeight = 300.0;
    constexpr double kRight = 40.0; // half of the last tick's label
    std::vector<double> xs;
    std::vector<double> ys;
    for (const ReportFrontPoint& point : plotted.points) {
        xs.push_back(point.x);
        ys.push_back(point.y);
    }
    if (xs.empty()) {
        return {};
    }
    const Axis xAxis(xs, plotted.xScale);
    const Axis yAxis(ys, plotted.yScale);
    std::string svg = open(kLeft + kPlotWidth + kRight, kTop + kPlotHeight + 50.0,
                           plotted.yTitle + " against " + plotted.xTitle);
    for (const double value : xAxis.ticks()) {
        const double x = kLeft + kPlotWidth * xAxis.share(value);
        svg += fmt::format("<path class=\"grid\" d=\"M{:.1f} {:.1f}v{:.1f}\"/>\n", x, kTop, kPlotHeight);
        svg += text(x, kTop + kPlotHeight + 16.0, fmt::format("{:.4g}", value), "middle", "n");
    }
    for (const double value : yAxis.ticks()) {
        const double y = kTop + kPlotHeight * (1.0 - yAxis.share(value));
        svg += fmt::format("<path class=\"grid\" d=\"M{:.1f} {:.1f}h{:.1f}\"/>\n", kLeft, y, kPlotWidth);
        svg += text(kLeft - 6.0, y + 4.0, fmt::format("{:.4g}", value), "end", "n");
    }
    for (const ReportFrontPoint& point : plotted.points) {
        svg += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"/>\n",
                           point.chosen ? "accent" : "fill", kLeft + kPlotWidth * xAxis.share(point.x),
                           kTop + kPlotHeight * (1.0 - yAxis.share(point.y)), point.chosen ? 7 : 4);
    }
    svg += text(kLeft + kPlotWidth / 2.0, kTop + kPlotHeight + 38.0, plotted.xTitle, "middle");
    svg += fmt::format(
        "<text class=\"t\" transform=\"translate(16 {:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
        kTop + kPlotHeight / 2.0, escape(plotted.yTitle));
    return svg + "</svg>\n";
}

std::string gauges(const std::vector<ReportGauge>& shown) {
    std::string svg = open(kWidth, kRow * static_cast<double>(shown.size()) + 6.0,
                           "Share of the device that the design takes");
    double y = 4.0;
    for (const ReportGauge& gauge : shown) {
        const double share = gauge.available > 0 ? gauge.used / gauge.available : 0.0;
        svg += text(kLabel - 8.0, y + 12.0, gauge.name, "end");
        svg += bar(kLabel, y, kBar, "track") +
               bar(kLabel, y, kBar * std::min(share, 1.0), share > 1.0 ? "accent" : "fill");
        svg += text(kLabel + kBar + 8.0, y + 12.0,
                    gauge.available > 0
                        ? fmt::format("{:g} of {:g} ({:.1f} %)", std::round(gauge.used * 2.0) / 2.0,
                                      gauge.available, 100.0 * share)
                        : fmt::format("{:g}", gauge.used),
                    "start", "n");
        y += kRow;
    }
    return svg + "</svg>\n";
}

} // namespace tandem::codegen::svg
