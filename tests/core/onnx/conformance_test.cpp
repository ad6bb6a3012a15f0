// SPDX-License-Identifier: GPL-3.0-or-later
// The ONNX project's own operator cases, as Debian's python3-onnx generates them: every case whose operators
// are all supported is imported, executed and compared.
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/onnx/builder.h"
#include "core/onnx/importer.h"
#include "core/onnx/model_file.h"
#include "core/onnx/tensor_file.h"
#include "core/train/executor.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <set>

namespace tandem::onnx {
namespace {

namespace fs = std::filesystem;

/// Cases of supported operators that are nevertheless left out, by name pattern ("*" ends a prefix), and why.
struct Exception {
    const char* pattern;
    const char* reason;
};

constexpr std::array kExceptions{
    Exception{"test_averagepool_3d_default", "three spatial dimensions (the program has one and two)"},
    Exception{"test_maxpool_3d_default", "three spatial dimensions (the program has one and two)"},
    Exception{"test_convtranspose_3d", "three spatial dimensions (the program has one and two)"},
    Exception{"test_batchnorm_epsilon_training_mode", "training mode (the program executes inference)"},
    Exception{"test_batchnorm_example_training_mode", "training mode (the program executes inference)"},
    Exception{"test_training_dropout", "training mode (the program executes inference)"},
    Exception{"test_training_dropout_default", "training mode (the program executes inference)"},
    Exception{"test_training_dropout_default_mask", "training mode (the program executes inference)"},
    Exception{"test_training_dropout_mask", "training mode (the program executes inference)"},
    Exception{"test_identity_opt", "optional and sequence values (the program has tensors)"},
    Exception{"test_identity_sequence", "optional and sequence values (the program has tensors)"},
    Exception{"test_cast_*BFLOAT16*", "bfloat16 (the program has float16, float32 and float64)"},
    Exception{"test_castlike_*BFLOAT16*", "bfloat16 (the program has float16, float32 and float64)"},
    Exception{"test_cast_*STRING*", "strings (the program has numbers)"},
    Exception{"test_castlike_*STRING*", "strings (the program has numbers)"},
};

/// Cases of operators that the program does not promise to execute; the first such operator follows.
constexpr std::string_view kOutside = "operator outside of the supported list: ";

/// Shell-style match with '*' only.
bool matches(std::string_view pattern, std::string_view name) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) {
        return pattern == name;
    }
    if (!name.starts_with(pattern.substr(0, star))) {
        return false;
    }
    const std::string_view rest = pattern.substr(star + 1);
    for (std::size_t from = star; from <= name.size(); ++from) {
        if (matches(rest, name.substr(from))) {
            return true;
        }
    }
    return false;
}

/// Empty when this machine cannot generate the cases.
fs::path caseFolder() {
    const fs::path folder = TANDEM_CONFORMANCE_DIR;
    if (fs::exists(folder / "node")) {
        return folder;
    }
    // A folder of its own first, so that a run that is broken off leaves nothing half done behind.
    fs::path fresh = folder;
    fresh += ".new";
    fs::remove_all(fresh);
    fs::create_directories(fresh);
    const fs::path script = fs::path(TANDEM_SOURCE_DIR) / "tests/core/onnx/generate_conformance_data.py";
    const ProcessResult result =
        runProcess({"/usr/bin/python3", script.string(), fresh.string()}, fresh, 300.0);
    if (result.exitCode != 0 || !fs::exists(fresh / "node")) {
        return {};
    }
    fs::rename(fresh, folder);
    return folder;
}

struct Tally {
    int ran = 0, passed = 0;
    std::map<std::string, std::vector<std::string>> leftOut; ///< names by reason
};

std::optional<std::string> reasonToLeaveOut(const std::string& name, const fs::path& model) {
    const schema::ModelProto proto = readModel(model);
    std::set<std::string> unknown;
    for (const auto& node : proto.graph().node()) {
        if (!node.domain().empty() || findRule(node.op_type()) == nullptr) {
            unknown.insert(node.op_type());
        }
    }
    if (!unknown.empty()) {
        return std::string(kOutside) + *unknown.begin();
    }
    for (const Exception& exception : kExceptions) {
        if (matches(exception.pattern, name)) {
            return exception.reason;
        }
    }
    return std::nullopt;
}

std::vector<nn::Tensor> readTensors(const fs::path& folder, const char* kind) {
    std::vector<nn::Tensor> tensors;
    for (int i = 0; fs::exists(folder / fmt::format("{}_{}.pb", kind, i)); ++i) {
        tensors.push_back(readTensorProto(folder / fmt::format("{}_{}.pb", kind, i)));
    }
    return tensors;
}

/// The tolerances of ONNX's own runner: relative 1e-3, absolute 1e-7; integers exactly. Returns what differs.
std::string difference(const nn::Tensor& found, const nn::Tensor& wanted) {
    if (found.type != wanted.type || found.shape != wanted.shape) {
        return fmt::format("{} {} instead of {} {}", toString(found.type), toString(found.shape),
                           toString(wanted.type), toString(wanted.shape));
    }
    if (!nn::isFloat(wanted.type)) {
        return found.integers() == wanted.integers() ? "" : "other integers";
    }
    for (std::size_t i = 0; i < wanted.floats().size(); ++i) {
        const float a = found.floats()[i];
        const float b = wanted.floats()[i];
        const bool isSame =
            a == b || (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 1e-7F + 1e-3F * std::abs(b);
        if (!isSame) {
            return fmt::format("element {} is {} instead of {}", i, a, b);
        }
    }
    return "";
}

/// Empty when the case passes.
std::string runCase(const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (!entry.is_directory()) {
            continue;
        }
        try {
            ImportOptions options;
            options.inputValues = readTensors(entry.path(), "input");
            const std::vector<nn::Tensor> wanted = readTensors(entry.path(), "output");
            const nn::Graph graph = importOnnx(folder / "model.onnx", options);
            const std::vector<nn::Tensor> found = train::run(graph, options.inputValues);
            if (found.size() != wanted.size() || wanted.empty()) {
                return fmt::format("{} outputs instead of {}", found.size(), wanted.size());
            }
            for (std::size_t i = 0; i < wanted.size(); ++i) {
                if (const std::string what = difference(found[i], wanted[i]); !what.empty()) {
                    return fmt::format("output {}: {}", i, what);
                }
            }
        } catch (const std::exception& error) {
            return error.what();
        }
    }
    return "";
}

void print(const Tally& tally) {
    std::size_t leftOut = 0;
    for (const auto& [reason, names] : tally.leftOut) {
        leftOut += names.size();
    }
    fmt::print("ONNX conformance cases: {} ran, {} passed, {} failed, {} left out\n", tally.ran, tally.passed,
               tally.ran - tally.passed, leftOut);
    std::vector<std::string> outside;
    std::size_t outsideCount = 0;
    for (const auto& [reason, names] : tally.leftOut) {
        if (reason.starts_with(kOutside)) {
            outside.push_back(fmt::format("{} {}", reason.substr(kOutside.size()), names.size()));
            outsideCount += names.size();
        } else {
            fmt::print("  left out {:4}: {}\n                 {}\n", names.size(), reason,
                       fmt::join(names, ", "));
        }
    }
    fmt::print("  left out {:4}: operators outside of the supported list\n                 {}\n",
               outsideCount, fmt::join(outside, ", "));
}

TEST(Conformance, EveryCaseOfSupportedOperatorsPasses) {
    const fs::path folder = caseFolder();
    if (folder.empty()) {
        GTEST_SKIP() << "python3-onnx is absent: the conformance cases cannot be generated";
    }
    Tally tally;
    for (const char* group : {"node", "simple"}) {
        std::vector<fs::path> cases;
        for (const auto& entry : fs::directory_iterator(folder / group)) {
            cases.push_back(entry.path());
        }
        std::ranges::sort(cases);
        for (const fs::path& path : cases) {
            const std::string name = path.filename().string();
            if (const auto reason = reasonToLeaveOut(name, path / "model.onnx")) {
                tally.leftOut[*reason].push_back(name);
                continue;
            }
            ++tally.ran;
            const std::string failure = runCase(path);
            if (failure.empty()) {
                ++tally.passed;
            } else {
                ADD_FAILURE() << name << ": " << failure;
            }
        }
    }
    print(tally);
    EXPECT_GT(tally.ran, 270);
}

} // namespace
} // namespace tandem::onnx
