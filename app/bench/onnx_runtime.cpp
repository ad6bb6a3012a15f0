// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/onnx_runtime.h"

#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/text_files.h"

#include <cstdlib>

namespace tandem::cli {

namespace {

namespace fs = std::filesystem;

constexpr double kInstallSeconds = 300.0, kRunSeconds = 120.0;

constexpr std::string_view kScript = R"(
const ort = require('onnxruntime-node');
async function main() {
    const file = process.argv[2];
    if (file === undefined) {
        console.log(require('onnxruntime-node/package.json').version);
        return;
    }
    const session = await ort.InferenceSession.create(file, {
        intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all', executionMode: 'sequential' });
    const shape = session.inputMetadata[0].shape.map(size => typeof size === 'number' && size > 0 ? size : 1);
    const count = shape.reduce((a, b) => a * b, 1);
    const input = new ort.Tensor('float32', Float32Array.from({ length: count }, () => Math.random()), shape);
    const feeds = { [session.inputNames[0]]: input };
    const times = [];
    for (let i = 0; i < 150; ++i) {
        const start = process.hrtime.bigint();
        await session.run(feeds);
        times.push(Number(process.hrtime.bigint() - start) / 1000);
    }
    const measured = times.slice(50).sort((a, b) => a - b);
    console.log(measured[Math.floor(measured.length / 2)]);
}
main();
)";

} // namespace

std::unique_ptr<OnnxRuntime> OnnxRuntime::find(const fs::path& folder) {
    if (findProgram("node").empty()) {
        return nullptr;
    }
    const char* given = std::getenv("TANDEM_ONNXRUNTIME");
    const fs::path place = given != nullptr ? fs::path(given) : folder;
    if (given == nullptr) {
        if (findProgram("npm").empty()) {
            return nullptr;
        }
        codegen::writeText(place / "package.json", "{}\n");
        const ProcessResult installed =
            runProcess({"npm", "install", "--ignore-scripts", "onnxruntime-node"}, place, kInstallSeconds);
        if (installed.exitCode != 0) {
            return nullptr;
        }
    }
    const fs::path script = place / "tandem-bench.js";
    codegen::writeText(script, kScript);
    const ProcessResult run = runProcess({"node", script.string()}, place, kRunSeconds);
    if (run.exitCode != 0) {
        return nullptr;
    }
    return std::unique_ptr<OnnxRuntime>(new OnnxRuntime(script, run.output.substr(0, run.output.find('\n'))));
}

double OnnxRuntime::microseconds(const fs::path& model) const {
    const ProcessResult run = runProcess({"node", script_.string(), fs::absolute(model).string()},
                                         script_.parent_path(), kRunSeconds);
    if (run.exitCode != 0) {
        throw workError("ONNX Runtime on '{}': {}", model.string(), run.output);
    }
    return std::stod(run.output);
}

} // namespace tandem::cli
