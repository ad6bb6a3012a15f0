// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/engine/session.h"
#include "core/nn/builder.h"
#include "core/onnx/exporter.h"
#include "tests/core/support/idx_files.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace tandem::engine {

/// A small network and a data set that it can learn in seconds: 8x8 images with a bright row or a bright
/// column at a random place, class 0 and class 1.
class StripesStudy : public testing::Test {
  protected:
    std::vector<hw::Device> devices_ =
        hw::loadDevices(std::filesystem::path(TANDEM_SOURCE_DIR) / "resources/devices", {});
    tandem::test::TemporaryFolder folder_;
    StudySetup setup_{
        folder_.path() / "model.onnx", "pynq-z1", folder_.path() / "data", "random", 7, {}, {}, {}};
    std::filesystem::path study_ = folder_.path() / "study.tandem";

    void SetUp() override {
        std::filesystem::create_directory(folder_.path() / "data");
        writeStripes(folder_.path() / "data", "train", 1100, 1);
        writeStripes(folder_.path() / "data", "t10k", 300, 2);
        nn::GraphBuilder b("stripes", 3);
        nn::ValueId x = b.input("image", {1, 1, 8, 8});
        x = b.relu(b.convolution(x, {.channels = 8, .bias = true}));
        x = b.relu(b.convolution(x, {.channels = 8, .bias = true}));
        onnx::exportOnnx(b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 2)}), setup_.model);
    }

    /// Of a study's points the one whose products take the most energy: wide, of many bits.
    static point::PointId strongest(const SearchSession& session) {
        const PointLog& points = session.snapshot()->points;
        point::PointId best = 0;
        for (point::PointId id = 1; id < points.size(); ++id) {
            if (points[id].metrics.value(point::Metric::ComputeMj) >
                points[best].metrics.value(point::Metric::ComputeMj)) {
                best = id;
            }
        }
        return best;
    }

    /// A study with a few points.
    std::unique_ptr<Session> searched() { return searched(study_); }
    std::unique_ptr<Session> searched(const std::filesystem::path& study) {
        auto session = Session::create(setup_, study, devices_);
        session->start({50, 0.0, 2});
        session->wait();
        return session;
    }

  private:
    static void writeStripes(const std::filesystem::path& folder, const std::string& part,
                             std::uint32_t count, std::uint64_t seed) {
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
};

} // namespace tandem::engine
