// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/point_json.h"
#include "app/cli/table.h"
#include "core/base/error.h"
#include "core/engine/run/feasibility.h"
#include "core/engine/session.h"

namespace tandem::cli {

namespace {

struct FrontArguments {
    std::filesystem::path study;
    std::string by;
    std::size_t top = 0; ///< 0: all
    bool csv = false;
    bool all = false; ///< every point, not only those of the front
    bool best = false;
};

// The metrics that any of the points knows, in declaration order; parts of others only where asked for.
std::vector<point::Metric> knownMetrics(const std::vector<point::Point>& points, bool parts) {
    std::vector<point::Metric> result;
    for (std::size_t m = 0; m < point::kMetricCount; ++m) {
        const auto metric = static_cast<point::Metric>(m);
        if ((parts || !point::isPart(metric)) && std::ranges::any_of(points, [&](const auto& p) {
                return p.metrics.source(metric) != point::Source::None;
            })) {
            result.push_back(metric);
        }
    }
    return result;
}

/// "6000 validation samples", of the point's accuracy or, where there is none, its agreement; empty where
/// nothing was measured.
std::string measuredOnText(const point::Point& point, const engine::ArtefactSession& session) {
    for (const point::Metric metric : {point::Metric::Accuracy, point::Metric::Agreement}) {
        if (point.metrics.source(metric) == point::Source::Measured) {
            if (const auto on = session.measuredOn(point.id, metric)) {
                return fmt::format("{} {}", on->count, on->inputs);
            }
        }
    }
    return {};
}

std::string toTable(const std::vector<point::Point>& points, const engine::ArtefactSession& session) {
    std::vector<std::string> header{"point"};
    const bool isAnyMeasured = std::ranges::any_of(
        points, [&](const point::Point& point) { return !measuredOnText(point, session).empty(); });
    const std::vector<point::Metric> metrics = knownMetrics(points, false);
    for (const point::Metric metric : metrics) {
        header.emplace_back(point::metricName(metric));
    }
    if (isAnyMeasured) {
        header.emplace_back("measured on");
    }
    Table table(std::move(header));
    for (const point::Point& point : points) {
        std::vector<std::string> row{std::to_string(point.id)};
        for (const point::Metric metric : metrics) {
            row.push_back(figureText(point.metrics, metric));
        }
        if (isAnyMeasured) {
            row.push_back(measuredOnText(point, session));
        }
        table.add(std::move(row));
    }
    return table.text() + "sources: " + sourceLegend() + "\n";
}

std::string toCsv(const std::vector<point::Point>& points, const point::Space& space,
                  const engine::ArtefactSession& session) {
    const std::vector<point::Metric> metrics = knownMetrics(points, true);
    std::string text = "point";
    for (const point::Metric metric : metrics) {
        text += fmt::format(",{0},{0}_source", point::metricName(metric));
    }
    text += ",measured_on";
    for (const point::Parameter& parameter : space.parameters) {
        text += "," + parameter.name;
    }
    text += "\n";
    for (const point::Point& point : points) {
        text += std::to_string(point.id);
        for (const point::Metric metric : metrics) {
            text += fmt::format(",{:g},{}", point.metrics.value(metric),
                                point::sourceName(point.metrics.source(metric)));
        }
        text += "," + measuredOnText(point, session);
        for (std::size_t i = 0; i < space.parameters.size(); ++i) {
            text += "," + space.parameters[i].choices[point.encoding[i]].label;
        }
        text += "\n";
    }
    return text;
}

void front(const Program& program, const FrontArguments& arguments) {
    const auto session = engine::Session::open(arguments.study, knownDevices());
    const auto snapshot = session->snapshot();
    const point::Metric by =
        arguments.by.empty() ? snapshot->rules.objectives.at(0).metric : point::metricByName(arguments.by);
    std::vector<point::Point> points;
    if (arguments.all) {
        for (point::PointId id = 0; id < snapshot->points.size(); ++id) {
            points.push_back(snapshot->points[id]);
        }
    } else {
        std::ranges::transform(snapshot->front, std::back_inserter(points),
                               [&](auto id) { return snapshot->points[id]; });
    }
    std::ranges::stable_sort(points, [&](const point::Point& a, const point::Point& b) {
        const float left = a.metrics.value(by);
        const float right = b.metrics.value(by);
        if (std::isnan(left) || std::isnan(right)) {
            return std::isnan(right) && !std::isnan(left); // what is not known comes last
        }
        return point::higherIsBetter(by) ? left > right : left < right;
    });
    if (arguments.best) {
        if (points.empty()) {
            throw workError("the front of '{}' is empty: {}", arguments.study.string(),
                            engine::whyNothingIsFeasible(*snapshot).value_or("there are no points yet"));
        }
        points.resize(1);
        if (!program.output.json) {
            fmt::print("{}\n", points[0].id);
            return;
        }
    }
    if (const auto nothing = engine::whyNothingIsFeasible(*snapshot)) {
        Output::message(*nothing);
    }
    if (arguments.top > 0 && points.size() > arguments.top) {
        Output::message(fmt::format("the first {} of {} points", arguments.top, points.size()));
        points.resize(arguments.top);
    }
    const point::Space& space = session->jointSpace().space();
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    std::ranges::transform(points, std::back_inserter(rows), [&](const point::Point& point) {
        return toJson(point, space,
                      [&](point::Metric metric) { return session->measuredOn(point.id, metric); });
    });
    program.output.result(
        rows, [&] { return arguments.csv ? toCsv(points, space, *session) : toTable(points, *session); });
}

} // namespace

void addFront(Program program) {
    CLI::App* command = addCommand(program, "front", "The front of a study, best first");
    auto arguments = std::make_shared<FrontArguments>();
    command->add_option("study", arguments->study, "The study file (.tandem)")->required();
    command->add_option("--by", arguments->by, "The metric to order by (default: the first objective)");
    command->add_option("--top", arguments->top, "Only so many of the best rows (default: all)")
        ->check(wholeNumber());
    command->add_flag("--csv", arguments->csv, "Comma-separated values with every parameter");
    command->add_flag("--all", arguments->all, "Every point of the study, not only those of the front");
    command->add_flag("--best", arguments->best, "Only the first row (as text: only its point number)");
    command->callback([program, arguments] { front(program, *arguments); });
}

} // namespace tandem::cli
