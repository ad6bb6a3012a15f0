// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/codegen/point_export.h"
#include "core/engine/run/runner.h"
#include "core/engine/study/study_problem.h"
#include "core/hw/templates.h"
#include "core/nn/network_size.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/lowering/lowering.h"
#include "tests/core/support/shared_cases.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

namespace tandem::engine {
namespace {

namespace fs = std::filesystem;

/// Models of more multiply-accumulates a frame only where TANDEM_LARGE_MODELS is set.
constexpr std::int64_t kMostMacs = 20'000'000;
constexpr std::uint64_t kEvaluations = 250; ///< of each template
/// Front points of each template that are quantized: fewer of networks with many weights.
constexpr std::size_t kFrontPoints = 12, kFrontPointsOfLarge = 3;
constexpr std::int64_t kManyWeights = 50'000;

hw::Device boardWithMemory() {
    return hw::findDevice(hw::loadDevices(fs::path(TANDEM_SOURCE_DIR) / "resources/devices", {}), "pynq-z1");
}

/// Every shared case and model with a network, as paths in the shared folder.
std::vector<std::string> networks() {
    std::vector<std::string> files;
    for (const char kind : {'H', 'I', 'Q'}) {
        for (const std::string& id : test::sharedCases(kind)) {
            const std::string file = "cases/" + id + "/model.onnx";
            if (id != test::kNoCases && !test::sharedFile(file).empty()) {
                files.push_back(file);
            }
        }
    }
    if (const fs::path folder = test::sharedFile("models"); !folder.empty()) {
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (entry.path().extension() == ".onnx") {
                files.push_back("models/" + entry.path().filename().string());
            }
        }
    }
    std::ranges::sort(files);
    return files.empty() ? std::vector{test::kNoCases} : files;
}

/// A way through the program as inspect, search, evaluate and export go.
class EveryNetwork : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override {
        if (GetParam() == test::kNoCases) {
            GTEST_SKIP() << "the shared cases are not here";
        }
    }

    /// Whether the case says that every template takes its network.
    static bool isForHardware() {
        const fs::path file(GetParam());
        return file.filename() == "model.onnx" &&
               test::sharedCase(file.parent_path().filename().string()).at("hw").get<bool>();
    }

    /// None where the network is refused: in a sentence.
    std::optional<space::JointSpace> inspected() {
        try {
            const nn::Graph prepared = nn::prepare(onnx::importOnnx(test::sharedFile(GetParam())));
            macs_ = nn::sizeOf(prepared).operations;
            EXPECT_EQ(quant::hostReasons(prepared).size(), prepared.nodes.size());
            return space::JointSpace(prepared, boardWithMemory());
        } catch (const Error& error) {
            EXPECT_FALSE(isForHardware()) << error.what();
            EXPECT_EQ(error.kind(), ErrorKind::Input) << error.what();
            EXPECT_GT(std::string(error.what()).size(), 10U);
            return std::nullopt;
        }
    }

    bool isTooLarge() const { return macs_ > kMostMacs && std::getenv("TANDEM_LARGE_MODELS") == nullptr; }

    std::shared_ptr<const Snapshot> searched(const judge::Evaluator& evaluator, std::uint8_t kind) {
        const space::JointSpace& joint = evaluator.jointSpace();
        Problem problem;
        problem.space = joint.space();
        problem.objectives = point::parseObjectives("agreement,latency_ms,utilization");
        problem.fixedConstraints = {budgetsOf(joint.device()).front()}; // what can be built, of any size
        problem.seed = 5;
        problem.evaluate = [&](const point::Encoding& encoding) { return evaluator.evaluate(encoding); };
        SearchRunner runner(std::move(problem));
        const std::size_t place = joint.space().indexOf("hw.template");
        runner.submit(Pin{"hw.template", joint.space().parameters[place].choices[kind].label});
        runner.start({kEvaluations, 0.0, 2});
        runner.wait();
        return runner.snapshot();
    }

    /// What a person would export: the point of the front that the seed draws.
    void exportOne(const judge::Evaluator& evaluator, const Snapshot& snapshot, Random& random) {
        const point::PointId id = snapshot.front[random.below(snapshot.front.size())];
        const point::Point& point = snapshot.points[id];
        codegen::FrozenPoint frozen =
            codegen::freeze(evaluator, point, evaluator.integerNetwork(point.encoding));
        EXPECT_EQ(frozen.point.metrics.source(point::Metric::Agreement), point::Source::Measured);
        const test::TemporaryFolder folder;
        const codegen::PointRecord record{"every network", std::move(frozen), snapshot.rules.objectives, {}};
        codegen::exportPoint(codegen::exportInput(evaluator, record, 1), {},
                             fs::path(TANDEM_SOURCE_DIR) / "resources", folder.path() / "export");
        EXPECT_TRUE(fs::exists(folder.path() / "export/manifest.json"));
    }

    std::int64_t macs_ = 0;
};

TEST_P(EveryNetwork, IsRefusedInASentenceOrGivesPointsThatCanAllBeExported) {
    const std::optional<space::JointSpace> joint = inspected();
    if (!joint || isTooLarge()) {
        GTEST_SKIP() << (joint ? "more than 20 million multiply-accumulates" : "refused");
    }
    const judge::Evaluator evaluator(*joint, judge::inputsWithoutData(joint->imported(), 2, 1), 1);
    Random random(20);
    int templates = 0;
    const std::size_t choices =
        joint->space().parameters[joint->space().indexOf("hw.template")].choices.size();
    for (std::uint8_t kind = 0; kind < choices; ++kind) {
        SCOPED_TRACE(hw::templates()[kind].name);
        const std::shared_ptr<const Snapshot> snapshot = searched(evaluator, kind);
        const bool isLarge = joint->parameterCount(joint->space().importedPoint()) > kManyWeights;
        std::size_t left = isLarge ? kFrontPointsOfLarge : kFrontPoints;
        for (const point::PointId id : snapshot->front) {
            const point::Encoding& encoding = snapshot->points[id].encoding;
            EXPECT_EQ(joint->fault(encoding), std::nullopt) << id;
            if (left > 0) {
                --left;
                const quant::IntegerNetwork network = evaluator.integerNetwork(encoding);
                const space::Design design = evaluator.exactDesign(encoding, network);
                EXPECT_EQ(design.accelerator->fault(design.workload), std::nullopt) << id;
                EXPECT_EQ(design.accelerator->templateName(), hw::templates()[kind].name) << id;
            }
        }
        if (!snapshot->front.empty()) {
            ++templates;
            exportOne(evaluator, *snapshot, random);
        }
    }
    const bool isOneLayer = quant::lower(joint->imported()).layers.size() == 1; // nothing for a hybrid to cut
    const int most = static_cast<int>(choices) - (isOneLayer ? 1 : 0);
    EXPECT_GE(templates, isForHardware() ? most : 1) << "templates that take it";
}

std::string nameOf(const testing::TestParamInfo<std::string>& tested) {
    std::string name = fs::path(tested.param).filename() == "model.onnx"
                           ? fs::path(tested.param).parent_path().filename().string()
                           : fs::path(tested.param).stem().string();
    std::ranges::replace_if(
        name, [](unsigned char letter) { return std::isalnum(letter) == 0; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Shared, EveryNetwork, testing::ValuesIn(networks()), nameOf);

} // namespace
} // namespace tandem::engine
