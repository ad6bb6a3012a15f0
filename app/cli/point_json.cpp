// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/point_json.h"

namespace tandem::cli {

namespace {

std::string_view sourceLetter(space::Source source) {
    switch (source) {
    case space::Source::None:
        return "";
    case space::Source::Proxy:
        return "x";
    case space::Source::Predicted:
        return "p";
    case space::Source::Modelled:
        return "m";
    case space::Source::Measured:
        return "M";
    case space::Source::Supernet:
        return "s";
    }
    return "";
}

} // namespace

nlohmann::ordered_json toJson(const space::Point& point, const space::Space& space) {
    nlohmann::ordered_json metrics = nlohmann::ordered_json::object();
    for (std::size_t m = 0; m < space::kMetricCount; ++m) {
        const auto metric = static_cast<space::Metric>(m);
        if (point.metrics.source(metric) != space::Source::None) {
            metrics[std::string(space::metricName(metric))] = {
                {"value", point.metrics.value(metric)},
                {"source", space::sourceName(point.metrics.source(metric))}};
        }
    }
    nlohmann::ordered_json parameters = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < space.parameters.size(); ++i) {
        parameters[space.parameters[i].name] = space.parameters[i].choices[point.encoding[i]].label;
    }
    return {{"point", point.id}, {"epoch", point.epoch}, {"metrics", metrics}, {"parameters", parameters}};
}

std::string figureText(const space::Metrics& metrics, space::Metric metric) {
    const space::Source source = metrics.source(metric);
    if (source == space::Source::None) {
        return "-";
    }
    const double value = metrics.value(metric);
    const std::string number = value == std::round(value) && std::abs(value) < 1e9
                                   ? fmt::format("{:.0f}", value)
                                   : fmt::format("{:.4g}", value);
    return fmt::format("{} {}", number, sourceLetter(source));
}

std::string sourceLegend() {
    return "x proxy, p predicted, m modelled, s supernet, M measured";
}

} // namespace tandem::cli
