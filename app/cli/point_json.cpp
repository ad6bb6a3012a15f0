// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/point_json.h"

#include "core/search/registry.h"

namespace tandem::cli {

namespace {

std::string_view sourceLetter(point::Source source) {
    switch (source) {
    case point::Source::None:
        return "";
    case point::Source::Proxy:
        return "x";
    case point::Source::Predicted:
        return "p";
    case point::Source::Modelled:
        return "m";
    case point::Source::Measured:
        return "M";
    case point::Source::Supernet:
        return "s";
    }
    return "";
}

nlohmann::ordered_json originJson(const point::Point& point) {
    nlohmann::ordered_json origin{{"move", point::moveName(point.origin.move)}};
    if (const std::string_view algorithm = search::algorithmName(point.origin.algorithm);
        !algorithm.empty()) {
        origin["algorithm"] = algorithm;
    }
    for (const std::uint32_t parent : point.origin.parents) {
        if (parent != point::Origin::kNoParent) {
            origin["parents"].push_back(parent);
        }
    }
    if (point.origin.move == point::Move::Acquisition) {
        origin["acquisition"] = point.origin.acquisition;
    }
    origin["fidelity"] = point::fidelityName(point.fidelity);
    return origin;
}

} // namespace

nlohmann::ordered_json toJson(const point::Point& point, const point::Space& space,
                              const MeasuredOnOf& measuredOn) {
    nlohmann::ordered_json metrics = nlohmann::ordered_json::object();
    for (std::size_t m = 0; m < point::kMetricCount; ++m) {
        const auto metric = static_cast<point::Metric>(m);
        const point::Source source = point.metrics.source(metric);
        if (source == point::Source::None) {
            continue;
        }
        nlohmann::ordered_json& figure = metrics[std::string(point::metricName(metric))];
        figure = {{"value", point.metrics.value(metric)}, {"source", point::sourceName(source)}};
        if (const auto on = source == point::Source::Measured ? measuredOn(metric) : std::nullopt) {
            figure["measured_on"] = on->inputs;
            figure["count"] = on->count;
        }
    }
    nlohmann::ordered_json parameters = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < space.parameters.size(); ++i) {
        parameters[space.parameters[i].name] = space.parameters[i].choices[point.encoding[i]].label;
    }
    return {{"point", point.id},
            {"epoch", point.epoch},
            {"origin", originJson(point)},
            {"metrics", metrics},
            {"parameters", parameters}};
}

std::string figureText(const point::Metrics& metrics, point::Metric metric) {
    const point::Source source = metrics.source(metric);
    if (source == point::Source::None) {
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
