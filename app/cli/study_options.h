// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/engine/search_session.h"

namespace tandem::cli {

/// What `search` and `resume` both take: the budget and the steering given before the first point.
struct StudyOptions {
    std::string algorithm, objectives;
    std::vector<std::string> pins, bounds, constraints;
    std::uint64_t evaluations = 0;
    double seconds = 0.0;
    int threads = 0;

    /// Registers the options on a subcommand.
    void addTo(CLI::App& command);
    /// The commands that --pin, --bound, --constraint and --objective ask for. Throws Error (Input) that
    /// shows the form.
    std::vector<engine::Command> commands() const;
    engine::Budget budget() const { return {evaluations, seconds, threads}; }
};

/// Steers, starts, reports progress on standard error until the budget is used up or the person interrupts,
/// and prints the summary. `dataReport`: what accuracy is measured on, said before it starts; may be empty.
void runSearch(const Program& program, engine::SearchSession& session, const std::string& dataReport,
               const StudyOptions& options);

} // namespace tandem::cli
