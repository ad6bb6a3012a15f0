// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/engine/session.h"
#include "core/judge/evaluator.h"
#include "core/nn/builder.h"
#include "core/onnx/exporter.h"
#include "core/search/front/archive.h"
#include "core/store/study_file.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>
#include <thread>

namespace tandem::engine {
namespace {

namespace fs = std::filesystem;
using point::Metric;

const fs::path kResources = fs::path(TANDEM_SOURCE_DIR) / "resources";

/// A few layers: measuring them takes a moment even under a sanitizer.
nn::Graph smallNetwork() {
    nn::GraphBuilder builder("small");
    nn::ValueId x = builder.input("image", {1, 1, 12, 12});
    x = builder.relu(builder.convolution(x, {.channels = 8, .stride = 2, .bias = true}));
    x = builder.relu(builder.pointwise(builder.depthwise(x), 16));
    return builder.finish({builder.linear(builder.flatten(builder.globalAveragePool(x)), 10)});
}

/// A small network on the sample board, without data.
class Sessions : public testing::Test {
  protected:
    std::vector<hw::Device> devices_ = hw::loadDevices(kResources / "devices", {});
    tandem::test::TemporaryFolder folder_;
    StudySetup setup_{folder_.path() / "model.onnx", "pynq-z1", "", "nsga2", 7, {}, {}, {}};
    fs::path study_ = folder_.path() / "sample.tandem";

    void SetUp() override { onnx::exportOnnx(smallNetwork(), setup_.model); }
};

TEST_F(Sessions, SearchANetworkAndGoOnFromTheStudyFile) {
    std::string parameter;
    {
        const auto session = Session::create(setup_, study_, devices_);
        EXPECT_EQ(session->notice(), "");
        parameter = session->jointSpace().space().parameters[0].name;
        session->start({4000, 0.0, 2});
        session->wait();
        EXPECT_LT(session->snapshot()->seconds, 30.0) << "measuring the network is no search time";
        session->submit(Pin{parameter, session->jointSpace().space().parameters[0].choices[0].label});
        session->start({6000, 0.0, 2});
        session->wait();
        const auto snapshot = session->snapshot();
        EXPECT_EQ(snapshot->points.size(), 6000U);
        EXPECT_GT(snapshot->front.size(), 3U);
        ASSERT_EQ(snapshot->rules.objectives.size(), 3U);
        EXPECT_EQ(snapshot->rules.objectives[0].metric, Metric::Agreement) << "without data, agreement";
        EXPECT_EQ(snapshot->fixedConstraints, 5U);
        const hw::Device& device = session->jointSpace().device();
        for (const point::PointId id : snapshot->front) {
            const point::Point& point = snapshot->points[id];
            EXPECT_EQ(point.encoding[0], 0);
            EXPECT_LE(static_cast<double>(point.metrics.value(Metric::Dsp)), device.dsp);
            EXPECT_LE(static_cast<double>(point.metrics.value(Metric::Bram)), device.bram36);
            EXPECT_LE(static_cast<double>(point.metrics.value(Metric::Lut)), device.lut);
            EXPECT_EQ(point.metrics.source(Metric::LatencyMs), point::Source::Modelled);
            EXPECT_EQ(point.metrics.source(Metric::Agreement), point::Source::Predicted);
        }
        session->recordArtefact(snapshot->front[0], "export", nlohmann::ordered_json::object());
    }
    fs::remove(setup_.model); // the study holds the model
    const auto whole = [&] {
        onnx::exportOnnx(smallNetwork(), setup_.model);
        auto session = Session::create(setup_, {}, devices_);
        session->start({4000, 0.0, 1});
        session->wait();
        session->submit(Pin{parameter, session->jointSpace().space().parameters[0].choices[0].label});
        session->start({8000, 0.0, 1});
        session->wait();
        return session->snapshot();
    }();
    const auto session = Session::open(study_, devices_);
    EXPECT_EQ(session->setup(), setup_);
    EXPECT_EQ(session->snapshot()->points.size(), 6000U);
    EXPECT_EQ(session->snapshot()->epoch, 1U);
    session->start({8000, 0.0, 2});
    session->wait();
    const auto resumed = session->snapshot();
    ASSERT_EQ(resumed->points.size(), 8000U);
    for (std::size_t id = 0; id < 8000; ++id) {
        ASSERT_EQ(resumed->points[id].encoding, whole->points[id].encoding) << id;
    }
    EXPECT_EQ(resumed->front, whole->front) << "one thread, uninterrupted, and two threads, resumed";
}

TEST_F(Sessions, TakeOffTheFrontWhatAnOldStudyHoldsAndCannotBeBuilt) {
    fs::copy_file(fs::path(TANDEM_SOURCE_DIR) / "tests/core/store/format_1.tandem", study_);
    const auto session = Session::open(study_, devices_);
    const auto snapshot = session->snapshot();
    std::size_t atFault = 0;
    for (point::PointId id = 0; id < snapshot->points.size(); ++id) {
        atFault += snapshot->points[id].metrics.value(Metric::Faults) > 0 ? 1 : 0;
    }
    EXPECT_GT(atFault, 0U) << "its front held some";
    EXPECT_GT(snapshot->front.size(), 3U);
    for (const point::PointId id : snapshot->front) {
        EXPECT_EQ(session->jointSpace().fault(snapshot->points[id].encoding), std::nullopt) << id;
    }
}

TEST_F(Sessions, GoOnWithTheSampleStudyOfFormat1) {
    fs::copy_file(fs::path(TANDEM_SOURCE_DIR) / "tests/core/store/format_1.tandem", study_);
    std::vector<point::Encoding> old;
    {
        const auto file = store::StudyFile::open(study_);
        file->readPoints([&](std::vector<point::Point>&& points) {
            std::ranges::transform(points, std::back_inserter(old), &point::Point::encoding);
        });
    }
    const auto session = Session::open(study_, devices_);
    const auto before = session->snapshot();
    ASSERT_EQ(before->points.size(), old.size());
    EXPECT_GT(before->front.size(), 3U);
    if (!fs::exists("/usr/share/datasets/fashion-mnist")) {
        GTEST_SKIP() << "the data set that it is judged on is not installed";
    }
    session->start({4300, 0.0, 2});
    session->wait();
    const auto after = session->snapshot();
    ASSERT_EQ(after->points.size(), 4300U);
    std::set<point::Encoding> all;
    for (std::size_t id = 0; id < after->points.size(); ++id) {
        const point::Point& point = after->points[id];
        EXPECT_EQ(point.origin.move == point::Move::Unknown, id < old.size());
        ASSERT_TRUE(id >= old.size() || point.encoding == old[id]) << id;
        EXPECT_TRUE(all.insert(point.encoding).second) << id;
    }
}

TEST_F(Sessions, PauseWhileTheyMeasureAndGoOn) {
    const auto session = Session::create(setup_, study_, devices_);
    session->start({100, 0.0, 2});
    session->pause();
    session->wait();
    EXPECT_EQ(session->snapshot()->state, State::Paused);
    EXPECT_EQ(session->snapshot()->points.size(), 0U);
    session->start({50, 0.0, 2});
    session->pause();
    session->start({100, 0.0, 2}); // at once, while the measurement ends
    session->wait();
    EXPECT_EQ(session->snapshot()->points.size(), 100U);
}

TEST_F(Sessions, FreezingStopsWhenAsked) {
    const auto session = Session::create(setup_, study_, devices_);
    session->start({10, 0.0, 2});
    session->wait();
    std::stop_source stop;
    stop.request_stop();
    try {
        session->freeze(0, stop.get_token());
        FAIL() << "it froze the point";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Cancelled);
    }
    EXPECT_EQ(session->snapshot()->points[0].metrics.source(Metric::Agreement), point::Source::Predicted);
}

TEST_F(Sessions, RefineAPoint) {
    point::Point refined;
    {
        const auto session = Session::create(setup_, study_, devices_);
        session->start({300, 0.0, 2});
        session->wait();
        const std::vector<judge::LayerDetails> searched = session->layers(0);
        const codegen::FrozenPoint frozen = session->freeze(0);
        refined = frozen.point;
        const std::vector<judge::LayerDetails> settled = session->layers(0);
        ASSERT_EQ(settled.size(), frozen.layers.size());
        EXPECT_EQ(settled.size(), searched.size());
        for (std::size_t l = 0; l < settled.size(); ++l) {
            EXPECT_EQ(settled[l].interval, frozen.layers[l].interval);
            EXPECT_EQ(settled[l].energy.total(), frozen.layers[l].energy.total());
        }
        EXPECT_EQ(refined.metrics.source(Metric::Agreement), point::Source::Measured);
        session->wait();
        EXPECT_EQ(session->snapshot()->points[0].metrics.value(Metric::Agreement),
                  refined.metrics.value(Metric::Agreement));
        EXPECT_THROW(session->freeze(300), Error);
    }
    const auto session = Session::open(study_, devices_);
    EXPECT_EQ(session->snapshot()->points[0].metrics.source(Metric::Agreement), point::Source::Measured);
}

TEST_F(Sessions, WrongSetupsAreRefusedAndLeaveNoFile) {
    const auto refused = [&](StudySetup setup) {
        EXPECT_THROW(Session::create(setup, study_, devices_), Error);
        EXPECT_FALSE(fs::exists(study_));
    };
    StudySetup setup = setup_;
    setup.algorithm = "annealing";
    refused(setup);
    setup = setup_;
    setup.algorithmOptions = {{"population", 3}};
    refused(setup);
    setup = setup_;
    setup.device = "abacus";
    refused(setup);
    setup = setup_;
    setup.model = folder_.write("broken.onnx", "nothing");
    refused(setup);
    setup = setup_;
    setup.objectives = {{Metric::Lut, false}};
    refused(setup);
    setup = setup_;
    setup.dimensions = {{"height", "many"}};
    refused(setup);
    folder_.write("sample.tandem", "x");
    EXPECT_THROW(Session::create(setup_, study_, devices_), Error) << "the file exists";
    EXPECT_EQ(fs::file_size(study_), 1U) << "and is left alone";
}

TEST_F(Sessions, CancelledWhileTheyAreMadeLeaveNoFile) {
    for (const OpeningStep last :
         {OpeningStep::Model, OpeningStep::Space, OpeningStep::Data, OpeningStep::Study}) {
        std::stop_source stop;
        std::vector<OpeningStep> steps;
        const Opening opening{[&](OpeningStep step) {
                                  steps.push_back(step);
                                  if (step == last) {
                                      stop.request_stop();
                                  }
                              },
                              stop.get_token()};
        EXPECT_EQ(Session::create(setup_, study_, devices_, opening), nullptr);
        EXPECT_EQ(steps.back(), last);
        EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1)
            << "nothing but the model";
    }
}

TEST_F(Sessions, LeaveNoFileWhateverEndsTheirMaking) {
    const Opening opening{[&](OpeningStep step) {
                              if (step == OpeningStep::Study) {
                                  EXPECT_TRUE(fs::exists(study_));
                                  throw std::length_error("not an Error of ours");
                              }
                          },
                          {}};
    EXPECT_THROW(Session::create(setup_, study_, devices_, opening), std::length_error);
    EXPECT_FALSE(fs::exists(study_));
}

TEST_F(Sessions, CancelledWhileTheyAreOpenedStayAsTheyAre) {
    ASSERT_NE(Session::create(setup_, study_, devices_), nullptr);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(Session::open(study_, devices_, {{}, stop.get_token()}), nullptr);
    EXPECT_EQ(Session::open(study_, devices_)->setup(), setup_);
}

TEST(StudySetup, SurvivesTheStudyFile) {
    const StudySetup setup{"/a b/\u00e9.onnx",
                           "pynq-z1",
                           "fashion-mnist",
                           "random",
                           1ULL << 63,
                           {{Metric::Accuracy, true}, {Metric::Lut, false}},
                           {{Metric::LatencyMs, point::Relation::AtMost, 0.1}},
                           {{"height", "32"}}};
    EXPECT_EQ(setupFromJson(toJson(setup)), setup);
    StudySetup chosen = setup;
    chosen.algorithmOptions = {{"population", 400}, {"crossover", 0.75}};
    EXPECT_EQ(setupFromJson(toJson(chosen)), chosen);
    EXPECT_FALSE(toJson(setup).contains("algorithm_options")) << "as studies of old";
    EXPECT_THROW(setupFromJson(nlohmann::json::array()), Error);
    EXPECT_THROW(setupFromJson("x"), Error);
}

} // namespace
} // namespace tandem::engine
