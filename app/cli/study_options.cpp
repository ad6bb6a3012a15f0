// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/study_options.h"

#include "app/cli/checks.h"
#include "app/cli/interruption.h"
#include "app/cli/table.h"
#include "core/base/error.h"
#include "core/engine/run/feasibility.h"

#include <chrono>
#include <thread>

namespace tandem::cli {

namespace {

engine::Bound parseBound(const std::string& text) {
    const auto [parameter, range] = splitAssignment(text, "--bound");
    const std::size_t dots = range.find("..");
    if (dots == std::string::npos || dots == 0 || dots + 2 == range.size()) {
        throw inputError("--bound was given '{}'; it takes PARAMETER=LOW..HIGH", text);
    }
    return {parameter, range.substr(0, dots), range.substr(dots + 2)};
}

std::string progressLine(const engine::Snapshot& snapshot) {
    return fmt::format("{:7.1f} s  {:>12} points  {:>9} points/s  front {:>5}  hypervolume {:.5g}",
                       snapshot.seconds, grouped(static_cast<std::int64_t>(snapshot.points.size())),
                       grouped(static_cast<std::int64_t>(snapshot.pointsPerSecond)), snapshot.front.size(),
                       snapshot.hypervolume);
}

} // namespace

void StudyOptions::addTo(CLI::App& command) {
    command.add_option("--evaluations", evaluations, "Stop when the study holds this many points")
        ->check(wholeNumber(1));
    command.add_option("--seconds", seconds, "Stop after this much search time")->check(positiveNumber());
    command.add_option("--threads", threads, "Threads to evaluate on (default: all)")
        ->check(wholeNumber(0, 1024));
    command.add_option("--objective", objectives,
                       "Two to four metrics, separated by commas: accuracy,latency_ms");
    command.add_option("--pin", pins, "Hold a parameter at a value: PARAMETER=VALUE");
    command.add_option("--bound", bounds, "Keep a parameter in a range: PARAMETER=LOW..HIGH");
    command.add_option("--constraint", constraints, "Keep a metric within a bound: \"latency_ms<=5\"");
}

std::vector<engine::Command> StudyOptions::commands() const {
    std::vector<engine::Command> result;
    for (const std::string& pin : pins) {
        const auto [parameter, value] = splitAssignment(pin, "--pin");
        result.emplace_back(engine::Pin{parameter, value});
    }
    for (const std::string& bound : bounds) {
        result.emplace_back(parseBound(bound));
    }
    if (!constraints.empty()) {
        engine::SetConstraints command;
        std::ranges::transform(constraints, std::back_inserter(command.constraints), point::parseConstraint);
        result.emplace_back(std::move(command));
    }
    if (!objectives.empty()) {
        result.emplace_back(engine::SetObjectives{point::parseObjectives(objectives)});
    }
    return result;
}

void runSearch(const Program& program, engine::SearchSession& session, const std::string& dataReport,
               const StudyOptions& options) {
    for (const engine::Command& command : options.commands()) {
        session.submit(command);
    }
    if (!dataReport.empty()) {
        Output::message(dataReport);
    }
    const Interruption interruption;
    session.start(options.budget());
    auto snapshot = session.snapshot();
    for (auto shown = std::chrono::steady_clock::now();;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        snapshot = session.snapshot();
        if (snapshot->state != engine::State::Running) {
            break;
        }
        if (interruption.token().stop_requested()) {
            Output::message("interrupted: saving what was evaluated");
            session.pause();
            break;
        }
        if (std::chrono::steady_clock::now() - shown >= std::chrono::seconds(1)) {
            shown = std::chrono::steady_clock::now();
            Output::message(progressLine(*snapshot));
        }
    }
    session.wait();
    snapshot = session.snapshot();
    const std::optional<std::string> nothing = engine::whyNothingIsFeasible(*snapshot);
    nlohmann::ordered_json summary{{"points", snapshot->points.size()},
                                   {"front", snapshot->front.size()},
                                   {"hypervolume", snapshot->hypervolume},
                                   {"seconds", snapshot->seconds},
                                   {"points_per_second", static_cast<double>(snapshot->points.size()) /
                                                             std::max(snapshot->seconds, 1e-9)},
                                   {"epoch", snapshot->epoch}};
    if (nothing) {
        summary["infeasible"] = *nothing;
        Output::message(*nothing);
        program.exitCode = 1;
    }
    program.output.result(summary, [&] {
        return fmt::format("{} points in {:.1f} s, {} of them on the front, hypervolume {:.5g}\n",
                           grouped(static_cast<std::int64_t>(snapshot->points.size())), snapshot->seconds,
                           snapshot->front.size(), snapshot->hypervolume);
    });
}

} // namespace tandem::cli
