// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/npy.h"
#include "core/engine/session.h"
#include "core/engine/study/study_data.h"
#include "core/nn/builder.h"
#include "core/onnx/exporter.h"
#include "core/store/study_file.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tandem::engine {
namespace {

using testing::HasSubstr;

nn::Graph network() {
    nn::GraphBuilder builder("small");
    nn::ValueId x = builder.input("image", {1, 1, 8, 8});
    x = builder.relu(builder.convolution(x, {.channels = 8, .stride = 2, .bias = true}));
    return builder.finish({builder.linear(builder.flatten(builder.globalAveragePool(x)), 4)});
}

/// Random pictures of the network's size with labels 0 to 3 in turn; the last label may be impossible.
class StudyDataTest : public testing::Test {
  protected:
    void write(std::int64_t count, bool lastIsBroken = false) const {
        Random random(2);
        std::vector<std::int64_t> pixels(static_cast<std::size_t>(count) * 64), labels;
        std::ranges::generate(pixels, [&] { return static_cast<std::int64_t>(random.below(256)); });
        for (std::int64_t i = 0; i < count; ++i) {
            labels.push_back(lastIsBroken && i + 1 == count ? -5 : i % 4);
        }
        data::writeNpy(folder_.path() / "images.npy",
                       nn::Tensor::ofIntegers({count, 8, 8}, pixels, nn::ElementType::UInt8));
        data::writeNpy(folder_.path() / "labels.npy", nn::Tensor::ofIntegers({count}, labels));
    }

    std::string spec() const { return folder_.path().string(); }

    tandem::test::TemporaryFolder folder_;
};

TEST_F(StudyDataTest, TheRecordGivesTheSameSplitAndFormatAgain) {
    write(80);
    const StudyData first = openStudyData(spec() + ":range=0..255:validation=0.25", network(), 5, {});
    EXPECT_EQ(first.split.validation.size(), 20U);
    EXPECT_FLOAT_EQ(first.dataset.normalization.scale, 1.0F);
    // Another seed: what was recorded counts.
    const nlohmann::ordered_json record = toJson(first), empty = nlohmann::ordered_json::object();
    const StudyData again = openStudyData(spec(), network(), 6, record);
    EXPECT_EQ(again.split, first.split);
    EXPECT_EQ(again.format, first.format);
    EXPECT_FLOAT_EQ(again.dataset.normalization.scale, 1.0F);
    write(84);
    EXPECT_THROW(openStudyData(spec(), network(), 5, record), Error);
    EXPECT_THROW(openStudyData(spec(), network(), 5, empty), Error);
}

TEST_F(StudyDataTest, ClassesAreReportedInTheirOrderWhateverTheirNames) {
    for (const char* name : {"10", "9", "2", "0"}) {
        for (const char* file : {"1.pgm", "2.pgm", "3.pgm"}) {
            folder_.write(std::string("numbers/") + name + "/" + file, "P5 1 1 255\nx");
            folder_.write(std::string("words/\xE9") + name + "/" + file, "P5 1 1 255\nx"); // Latin-1
        }
    }
    const StudyData numbers = openStudyData(spec() + "/numbers", network(), 5, {});
    EXPECT_THAT(dataReport(toJson(numbers)),
                HasSubstr("classes in the order of their numbers: 0 '0', 1 '2', 2 '9', 3 '10'"));
    EXPECT_EQ(openStudyData(spec() + "/numbers", network(), 5, toJson(numbers)).dataset.labels,
              numbers.dataset.labels);
    const StudyData words = openStudyData(spec() + "/words", network(), 5, {});
    EXPECT_THAT(dataReport(toJson(words)), testing::AllOf(HasSubstr("in the order of their names: 0 '"),
                                                          HasSubstr("0', 1 '"), HasSubstr("9'")));
    EXPECT_EQ(openStudyData(spec() + "/words", network(), 5, toJson(words)).split, words.split);
}

TEST_F(StudyDataTest, OfAStudyFromBeforeTheOrderWasRecordedKeepsItsLabels) {
    for (const char* name : {"10", "9", "2"}) {
        for (const char* file : {"1.pgm", "2.pgm", "3.pgm"}) {
            folder_.write(std::string(name) + "/" + file, "P5 1 1 255\nx");
        }
    }
    const StudyData made = openStudyData(spec() + ":order=names", network(), 5, {});
    EXPECT_THAT(made.dataset.classNames, testing::ElementsAre("10", "2", "9"));
    nlohmann::ordered_json record = toJson(made);
    record.erase("class_order");
    const StudyData opened = openStudyData(spec(), network(), 5, record);
    EXPECT_EQ(opened.dataset.classNames, made.dataset.classNames);
    EXPECT_EQ(opened.split, made.split);
}

TEST_F(StudyDataTest, IsReportedAndRecordedInTheStudy) {
    write(81, true);
    const auto model = folder_.path() / "model.onnx", study = folder_.path() / "a.tandem";
    onnx::exportOnnx(network(), model);
    const auto devices = hw::loadDevices(std::filesystem::path(TANDEM_SOURCE_DIR) / "resources/devices", {});
    const StudySetup setup{model, "pynq-z1", spec(), "nsga2", 7, {}, {}, {}};
    std::string report;
    {
        const auto session = Session::create(setup, study, devices);
        report = session->dataReport();
        EXPECT_THAT(report, testing::AllOf(HasSubstr("64 training, 8 validation and 8 test samples"),
                                           HasSubstr("1x8x8, channels first"),
                                           HasSubstr("1 sample was skipped"), HasSubstr("label -5")));
    }
    EXPECT_EQ(Session::open(study, devices)->dataReport(), report);
    const auto file = store::StudyFile::open(study);
    EXPECT_EQ(dataReport(nlohmann::ordered_json::parse(file->value("data").value())), report);
}

} // namespace
} // namespace tandem::engine
