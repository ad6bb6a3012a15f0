// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/point_export.h"
#include "core/hw/templates.h"
#include "core/judge/accuracy/synthetic_inputs.h"
#include "tests/core/space/networks.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;
using point::Metric;
using testing::HasSubstr;

std::string textOf(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

/// A network with data: what the imported network says of made inputs is right.
class PointExport : public testing::TestWithParam<std::string_view> {
  protected:
    PointExport() : joint_(test::residualNetwork(), test::exampleDevice()) {
        judge::JudgingInputs inputs = judge::inputsWithoutData(joint_.imported(), 6, 2);
        inputs.validation = judge::syntheticInputs(joint_.imported(), 40, 3);
        inputs.labels.assign(40, 0);
        evaluator_.emplace(joint_, std::move(inputs), 1);
    }

    FrozenPoint frozen() const {
        point::Point point;
        point.id = 7;
        point.encoding = joint_.space().importedPoint();
        const std::size_t place = joint_.space().indexOf("hw.template");
        point.encoding[place] = point::choiceOf(joint_.space().parameters[place], std::string(GetParam()));
        point.metrics = evaluator_->evaluate(point.encoding);
        return freeze(*evaluator_, point, evaluator_->integerNetwork(point.encoding));
    }

    space::JointSpace joint_;
    std::optional<judge::Evaluator> evaluator_;
};

TEST_P(PointExport, ManifestAndReportShowTheFrozenFigures) {
    const test::TemporaryFolder scratch;
    const FrozenPoint kept = frozen();
    const point::Metrics& metrics = kept.point.metrics;
    const PointRecord record{"study", kept, {{Metric::Agreement, true}, {Metric::LatencyMs, false}}, {}};
    const fs::path folder = scratch.path() / "export";
    exportPoint(exportInput(*evaluator_, record, 1), {}, fs::path(TANDEM_SOURCE_DIR) / "resources", folder);
    const Manifest manifest = readManifest(folder);
    const std::string report = textOf(folder / "report.html");
    EXPECT_GT(manifest.figures.size(), 15U);
    for (const ManifestFigure& figure : manifest.figures) {
        const Metric metric = point::metricByName(figure.name);
        EXPECT_FLOAT_EQ(static_cast<float>(figure.value), metrics.value(metric)) << figure.name;
        EXPECT_EQ(figure.source, kept.sourceText(metric)) << figure.name;
        EXPECT_THAT(report, HasSubstr(fmt::format("{:.6g}", metrics.value(metric)))) << figure.name;
    }
    ASSERT_TRUE(manifest.hardware);
    const double latencyMs =
        static_cast<double>(manifest.hardware->timing.latency) / kept.design.clockMhz / 1e3;
    EXPECT_GE(latencyMs, metrics.value(Metric::AcceleratorMs) - 1e-6) << "without what it waits for memory";
    EXPECT_LE(latencyMs, metrics.value(Metric::AcceleratorMs) + metrics.value(Metric::TransferMs) + 1e-6);
    EXPECT_EQ(manifest.hardware->resources.dsp, static_cast<int>(metrics.value(Metric::Dsp)));
    EXPECT_FLOAT_EQ(static_cast<float>(manifest.hardware->resources.bram36()), metrics.value(Metric::Bram));
    EXPECT_NEAR(manifest.hardware->resources.lut, metrics.value(Metric::Lut), 1.0);
    ASSERT_EQ(manifest.layers.size(), kept.layers.size());
    for (std::size_t l = 0; l < kept.layers.size(); ++l) {
        EXPECT_EQ(manifest.layers[l].interval, kept.layers[l].interval) << l;
    }
    EXPECT_THAT(report, HasSubstr("measured on 40 validation samples, 95 % interval"));
}

TEST_P(PointExport, EnergyOfTheLayersIsThatOfTheFrame) {
    const FrozenPoint kept = frozen();
    double sum = 0.0;
    for (const judge::LayerDetails& layer : kept.layers) {
        sum += layer.energy.total() + layer.staticPj;
    }
    const double frame = 1e9 * static_cast<double>(kept.point.metrics.value(Metric::EnergyMj));
    EXPECT_NEAR(sum, frame, 1e-4 * frame);
}

INSTANTIATE_TEST_SUITE_P(Templates, PointExport, testing::Values("pipeline", "folded", "hybrid"),
                         [](const auto& tested) { return std::string(tested.param); });

} // namespace
} // namespace tandem::codegen
