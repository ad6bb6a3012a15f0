// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem::widgets {

/// What to write for a point, and where.
struct ExportRequest {
    point::Point point;
    std::filesystem::path folder;
    bool cpp = true, rtl = true, onnx = true, report = true;
    bool verify = true; ///< build, simulate and synthesize what was written
};

/// How one checked figure came out.
enum class Verdict { Passed, Failed, NotRun };

struct CheckedFigure {
    std::string what;      ///< "Outputs of the RTL", "Cycles, interval"
    std::string predicted; ///< what the program said
    std::string found;     ///< what the generated design did
    Verdict verdict = Verdict::NotRun;
    std::string remark; ///< why it was not run, how far it is off
};

struct ExportOutcome {
    std::vector<std::filesystem::path> files;
    std::vector<CheckedFigure> figures; ///< empty where nothing was verified
    nlohmann::ordered_json record;      ///< for the study; null: none
};

/// Told what is going on.
using ExportProgress = std::function<void(const std::string& doing, double done)>;

/// Writes and checks a point. Runs on a thread of its own; throws Error, of kind Cancelled where it was asked
/// to stop.
using ExportJob = std::function<ExportOutcome(engine::Session& session, const ExportRequest& request,
                                              const ExportProgress& progress, const std::stop_token& cancel)>;

} // namespace tandem::widgets
