// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/engine/study/study_judge.h"
#include "core/nn/builder.h"
#include "core/nn/passes/passes.h"

#include <gtest/gtest.h>

namespace tandem::engine {
namespace {

ImportedModel model() {
    nn::GraphBuilder builder("small");
    nn::ValueId x = builder.input("image", {1, 1, 12, 12});
    x = builder.relu(builder.convolution(x, {.channels = 8, .stride = 2, .bias = true}));
    const auto network = std::make_shared<const nn::Graph>(
        builder.finish({builder.linear(builder.flatten(builder.globalAveragePool(x)), 10)}));
    return {"", false, network, std::make_shared<const nn::Graph>(nn::prepare(*network))};
}

TEST(StudyJudgeTest, MeasuresAfterAMeasurementThatFailed) {
    StudySetup setup;
    setup.device = "pynq-z1";
    StudyJudge judge(setup, model(),
                     hw::loadDevices(std::filesystem::path(TANDEM_SOURCE_DIR) / "resources/devices", {}));
    const auto fails = [](std::string_view what, double) {
        if (what != "choose inputs") {
            throw workError("the machine sleeps");
        }
    };
    EXPECT_THROW(judge.evaluator(fails), Error);
    EXPECT_FALSE(judge.evaluator().inputs().calibration.empty());
}

TEST(StudyJudgeTest, StopsMeasuringWhenAskedAndMeasuresTheNextTime) {
    StudySetup setup;
    setup.device = "pynq-z1";
    StudyJudge judge(setup, model(),
                     hw::loadDevices(std::filesystem::path(TANDEM_SOURCE_DIR) / "resources/devices", {}));
    // In every part of it.
    for (const double share : {0.0, 0.1, 0.5, 0.7}) {
        std::stop_source stop;
        int told = 0;
        const auto asks = [&](std::string_view, double done) {
            told += stop.stop_requested() ? 1 : 0;
            if (done >= share) {
                stop.request_stop();
            }
        };
        try {
            judge.evaluator(asks, stop.get_token());
            FAIL() << "it measured to the end";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Cancelled) << error.what();
        }
        EXPECT_LE(told, 4) << "it ends with what is under way, at " << share;
    }
    EXPECT_FALSE(judge.evaluator().inputs().calibration.empty());
}

/// What a judge with these tables at hand does before its first point: the measurements that it tells.
std::size_t measurements(const StudySetup& setup, const ImportedModel& model, const std::string& kept,
                         std::string& made) {
    StudyJudge judge(setup, model,
                     hw::loadDevices(std::filesystem::path(TANDEM_SOURCE_DIR) / "resources/devices", {}), {},
                     kept);
    judge.keepWith([&](const std::string& tables) { made = tables; });
    std::size_t told = 0;
    const point::Encoding imported = judge.jointSpace().space().importedPoint();
    judge.evaluator([&](std::string_view, double) { ++told; }).evaluate(imported);
    return told;
}

TEST(StudyJudgeTest, MeasuresOnceAndNotAgainWithWhatWasKept) {
    StudySetup setup;
    setup.device = "pynq-z1";
    const ImportedModel network = model();
    std::string first, second;
    EXPECT_GT(measurements(setup, network, "", first), 4U);
    ASSERT_FALSE(first.empty());
    EXPECT_EQ(measurements(setup, network, first, second), 0U);
    EXPECT_TRUE(second.empty()) << "nothing new to keep";
}

TEST(StudyJudgeTest, MeasuresAnewWhatWasMeasuredOnSomethingElseOrIsDamaged) {
    StudySetup setup;
    setup.device = "pynq-z1";
    ImportedModel network = model();
    std::string kept, made;
    measurements(setup, network, "", kept);
    EXPECT_GT(measurements(setup, network, kept.substr(0, kept.size() / 2), made), 4U);
    EXPECT_EQ(made, kept) << "the same again";
    StudySetup other = setup;
    other.seed = 2;
    EXPECT_GT(measurements(other, network, kept, made), 4U);
    EXPECT_NE(made, kept);
    network.bytes = "another file";
    EXPECT_GT(measurements(setup, network, kept, made), 4U);
}

} // namespace
} // namespace tandem::engine
