// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/wiring.h"

#include "app/common/resources.h"
#include "core/base/error.h"
#include "core/codegen/export.h"
#include "core/codegen/point_export.h"
#include "core/codegen/verify/verify.h"
#include "core/engine/point_record.h"
#include "core/quant/lowering/lowering.h"
#include "core/search/registry.h"

#include <QStandardPaths>

#include <nlohmann/json.hpp>

namespace tandem::app {

namespace {

constexpr double kWritingShare = 0.2; ///< of the whole work of an export that is verified

widgets::StudyView viewOf(const engine::Session& session) {
    const space::JointSpace& joint = session.jointSpace();
    widgets::StudyView view;
    view.setup = session.setup();
    view.space = joint.space();
    view.bundles = joint.bundles();
    // The network may hold hundreds of megabytes of weights: it is shown where it is. The controller drops
    // the view before the session.
    view.network = std::shared_ptr<const nn::Graph>(std::shared_ptr<const nn::Graph>(), &joint.imported());
    view.device = joint.device();
    view.dataReport = session.dataReport();
    view.hostOperators = joint.hostOperators();
    view.fault = [&joint](const point::Encoding& encoding) { return joint.fault(encoding); };
    view.layers = [&session](point::PointId id) { return session.layers(id); };
    view.measuredOn = [&session](point::PointId id, point::Metric metric) {
        return session.measuredOn(id, metric);
    };
    view.trainingCurve = [&session](std::optional<point::PointId> point) {
        return session.trainingCurve(point);
    };
    return view;
}

/// Tells progress as a part of a whole.
codegen::Progress part(const widgets::ExportProgress& progress, double from, double to) {
    return [progress, from, to](const std::string& what, double done) {
        progress(what, from + (to - from) * done);
    };
}

widgets::CheckedFigure figureOf(const codegen::Check& check) {
    const widgets::Verdict verdict = !check.passed   ? widgets::Verdict::NotRun
                                     : *check.passed ? widgets::Verdict::Passed
                                                     : widgets::Verdict::Failed;
    return {check.item, check.expected, check.found, verdict,
            verdict == widgets::Verdict::NotRun ? check.found : ""};
}

widgets::ExportOutcome exportAndVerify(engine::Session& session, const widgets::ExportRequest& request,
                                       const widgets::ExportProgress& progress,
                                       const std::stop_token& cancel) {
    const double writing = request.verify ? kWritingShare : 1.0;
    progress("Settling the accelerator and measuring the network", 0.0);
    codegen::PointRecord point = engine::pointRecord(session, request.point.id, cancel);
    const codegen::ExportInput input = codegen::exportInput(session.evaluator(), std::move(point));
    const codegen::ExportParts parts{request.cpp, request.rtl, request.onnx, request.report};
    codegen::exportPoint(input, parts, resourceFolder(), request.folder, part(progress, 0.0, writing),
                         cancel);
    widgets::ExportOutcome outcome;
    nlohmann::ordered_json record{{"point", request.point.id},
                                  {"folder", request.folder.string()},
                                  {"figures", codegen::figuresJson(input.figures)}};
    if (request.verify && (request.cpp || request.rtl)) {
        codegen::VerifyOptions options;
        options.cancel = cancel;
        const codegen::Verification verification =
            codegen::verify(request.folder, options, part(progress, writing, 1.0));
        for (const codegen::Check& check : verification.checks) {
            outcome.figures.push_back(figureOf(check));
        }
        record["verification"] = codegen::toJson(verification);
    }
    outcome.record = std::move(record);
    return outcome;
}

std::filesystem::path sampleNetwork(const std::filesystem::path& folder) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
        if (entry.path().extension() == ".onnx") {
            return entry.path();
        }
    }
    return {};
}

} // namespace

Wiring realWiring() {
    Wiring wiring;
    wiring.devices = hw::loadDevices(resourceFolder() / "devices", userDeviceFolder());
    const std::vector<hw::Device> devices = wiring.devices;
    wiring.sessions.import = [](const engine::StudySetup& setup) { return engine::importModel(setup); };
    wiring.sessions.create = [devices](const engine::StudySetup& setup, const engine::ModelPtr& model,
                                       const std::filesystem::path& study, const engine::Opening& opening) {
        return engine::Session::create(setup, model, study, devices, opening);
    };
    wiring.sessions.open = [devices](const std::filesystem::path& study, const engine::Opening& opening) {
        return engine::Session::open(study, devices, opening);
    };
    wiring.sessions.view = viewOf;
    wiring.exportJob = exportAndVerify;
    wiring.hostReasons = quant::hostReasons;
    for (const std::string& name : search::algorithmNames()) {
        wiring.algorithms << QString::fromStdString(name);
    }
    wiring.sample = sampleNetwork(resourceFolder() / "sample");
    wiring.studyFolder =
        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation).toStdString() + "/Tandem";
    return wiring;
}

} // namespace tandem::app
