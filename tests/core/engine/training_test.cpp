// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/engine/session.h"
#include "core/nn/builder.h"
#include "core/onnx/exporter.h"
#include "core/quant/run.h"
#include "core/space/evaluator.h"
#include "tests/core/support/idx_files.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace tandem::engine {
namespace {

namespace fs = std::filesystem;
using space::Metric;

/// 8x8 images with a bright row or a bright column at a random place: class 0 and class 1.
void writeStripes(const fs::path& folder, const std::string& part, std::uint32_t count, std::uint64_t seed) {
    Random random(seed);
    std::vector<std::uint8_t> pixels, labels;
    for (std::uint32_t n = 0; n < count; ++n) {
        const auto label = random.below(2), place = random.below(8);
        for (std::uint64_t i = 0; i < 64; ++i) {
            const bool isBright = (label == 0 ? i / 8 : i % 8) == place;
            pixels.push_back(static_cast<std::uint8_t>(random.below(100) + (isBright ? 130 : 0)));
        }
        labels.push_back(static_cast<std::uint8_t>(label));
    }
    tandem::test::writeIdx(folder / (part + "-images-idx3-ubyte"), {count, 8, 8}, pixels);
    tandem::test::writeIdx(folder / (part + "-labels-idx1-ubyte"), {count}, labels);
}

class PointTraining : public testing::Test {
  protected:
    std::vector<hw::Device> devices_ = hw::loadDevices(fs::path(TANDEM_SOURCE_DIR) / "resources/devices", {});
    tandem::test::TemporaryFolder folder_;
    StudySetup setup_{
        folder_.path() / "model.onnx", "pynq-z1", folder_.path() / "data", "random", 7, {}, {}, {}};
    fs::path study_ = folder_.path() / "study.tandem";

    void SetUp() override {
        fs::create_directory(folder_.path() / "data");
        writeStripes(folder_.path() / "data", "train", 1100, 1);
        writeStripes(folder_.path() / "data", "t10k", 300, 2);
        nn::GraphBuilder b("stripes", 3);
        nn::ValueId x = b.input("image", {1, 1, 8, 8});
        x = b.relu(b.convolution(x, {.channels = 8, .bias = true}));
        x = b.relu(b.convolution(x, {.channels = 8, .bias = true}));
        onnx::exportOnnx(b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 2)}), setup_.model);
    }

    /// Of a study's points the one whose products take the most energy: wide, of many bits.
    static space::PointId strongest(const Session& session) {
        const PointLog& points = session.snapshot()->points;
        space::PointId best = 0;
        for (space::PointId id = 1; id < points.size(); ++id) {
            if (points[id].metrics.value(Metric::ComputeMj) > points[best].metrics.value(Metric::ComputeMj)) {
                best = id;
            }
        }
        return best;
    }

    /// A study with a few points.
    std::unique_ptr<Session> searched() {
        auto session = Session::create(setup_, study_, devices_);
        session->start({50, 0.0, 2});
        session->wait();
        return session;
    }
};

TEST_F(PointTraining, GivesTheAccuracyOfTheIntegersThatAreKept) {
    TrainingSettings settings;
    settings.epochs = 12;
    settings.batch = 32;
    settings.learningRate = 0.05;
    settings.distillation = 0.0; // the imported weights are random
    TrainingFigures figures;
    space::PointId point = 0;
    {
        const auto session = searched();
        point = strongest(*session);
        std::int64_t last = 0;
        const auto found = session->train(point, settings, [&](const TrainingStatus& status) {
            EXPECT_EQ(status.step, last + 1);
            last = status.step;
        });
        ASSERT_TRUE(found);
        figures = *found;
        EXPECT_EQ(last, 12 * (990 / 32));
        EXPECT_EQ(figures.testSamples, 300U);
        EXPECT_EQ(figures.validationSamples, 110U);
        EXPECT_GT(figures.testAccuracy, 90.0);
        session->start({50, 0.0, 1}); // applies what was refined
        session->wait();
    }
    const auto session = Session::open(study_, devices_);
    const space::Point refined = session->refine(point);
    EXPECT_FLOAT_EQ(refined.metrics.value(Metric::Accuracy), static_cast<float>(figures.testAccuracy));
    EXPECT_EQ(refined.metrics.source(Metric::Accuracy), space::Source::Measured);
    const quant::IntegerNetwork network = session->integerNetwork(point);
    const data::Dataset dataset = data::openDataset(setup_.data);
    int correct = 0;
    for (std::size_t sample = dataset.trainingCount; sample < dataset.size(); ++sample) {
        const nn::Tensor input = dataset.batchFor({1, 1, 8, 8}, {&sample, 1});
        const std::vector<float> scores = quant::runInteger(network, {&input, 1}).at(0).floats();
        correct += (scores[1] > scores[0]) == (dataset.labels[sample] == 1) ? 1 : 0;
    }
    EXPECT_NEAR(100.0 * correct / 300.0, figures.testAccuracy, 0.4); // equal scores aside
}

TEST_F(PointTraining, GoesOnWhereItWasCancelled) {
    TrainingSettings settings;
    settings.epochs = 1;
    settings.batch = 32;
    settings.distillation = 0.3;
    const auto whole = searched()->train(0, settings);
    fs::remove(study_);
    {
        const auto session = searched();
        std::stop_source stop;
        const auto cancelled = session->train(
            0, settings,
            [&](const TrainingStatus& status) {
                if (status.step == 11) {
                    stop.request_stop();
                }
            },
            stop.get_token());
        EXPECT_FALSE(cancelled);
    }
    const auto session = Session::open(study_, devices_);
    std::int64_t first = 0;
    const auto resumed = session->train(
        0, settings, [&](const TrainingStatus& status) { first = first == 0 ? status.step : first; });
    ASSERT_TRUE(whole && resumed);
    EXPECT_EQ(first, 12);
    EXPECT_EQ(resumed->testAccuracy, whole->testAccuracy);
    EXPECT_EQ(resumed->validationAccuracy, whole->validationAccuracy);
}

TEST_F(PointTraining, NeedsLabelledData) {
    setup_.data.clear();
    const auto session = searched();
    EXPECT_THROW(session->train(0, {}), Error);
    EXPECT_THROW(session->train(1000, {}), Error);
}

} // namespace
} // namespace tandem::engine
