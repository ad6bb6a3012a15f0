// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/point/metric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace tandem::point {
namespace {

using testing::HasSubstr;

std::string messageOf(const auto& action) {
    try {
        action();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
}

TEST(MetricNames, OrderForPeopleHoldsEveryMetricOnceAndPartsBehindTheirWhole) {
    const std::span<const Metric> order = metricsInOrder();
    EXPECT_EQ((std::set<Metric>{order.begin(), order.end()}.size()), kMetricCount - 1);
    ASSERT_EQ(order.size(), kMetricCount - 1) << "all but Faults";
    EXPECT_EQ(std::ranges::count(order, Metric::Faults), 0);
    const auto place = [&](Metric metric) { return std::ranges::find(order, metric) - order.begin(); };
    for (const Metric part : {Metric::StartUpMs, Metric::HostMs, Metric::TransferMs, Metric::AcceleratorMs}) {
        EXPECT_TRUE(isPart(part));
        EXPECT_GT(place(part), place(Metric::LatencyMs));
        EXPECT_LT(place(part), place(Metric::ThroughputFps));
    }
    for (const Metric part : {Metric::ComputeMj, Metric::OnChipMj, Metric::DramMj, Metric::StaticMj}) {
        EXPECT_TRUE(isPart(part));
        EXPECT_GT(place(part), place(Metric::EnergyMj));
        EXPECT_LT(place(part), place(Metric::PowerW));
    }
    EXPECT_FALSE(isPart(Metric::LatencyMs));
    EXPECT_FALSE(isPart(Metric::Utilization));
}

TEST(Metric, EqualFiguresAreEqualWhateverIsUnknown) {
    Metrics a, b;
    EXPECT_EQ(a, b);
    a.set(Metric::Lut, 12, Source::Modelled);
    EXPECT_NE(a, b);
    b.set(Metric::Lut, 12, Source::Modelled);
    EXPECT_EQ(a, b);
    b.set(Metric::Lut, 13, Source::Modelled);
    EXPECT_NE(a, b);
}

TEST(Metric, FaultsAreNoAimAndNoBound) {
    EXPECT_THAT(messageOf([] { parseObjectives("faults,latency_ms"); }),
                testing::HasSubstr("'faults' cannot"));
    EXPECT_THAT(messageOf([] { parseConstraint("faults>=1"); }), testing::HasSubstr("'faults' cannot"));
}

TEST(Metric, NamesAreDistinctAndFoundAgain) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kMetricCount; ++i) {
        const auto metric = static_cast<Metric>(i);
        names.insert(metricName(metric));
        EXPECT_EQ(metricByName(metricName(metric)), metric);
        EXPECT_FALSE(metricTitle(metric).empty());
    }
    EXPECT_EQ(names.size(), kMetricCount);
    EXPECT_EQ(metricName(Metric::LatencyMs), "latency_ms");
    EXPECT_EQ(metricName(Metric::Utilization), "utilization");
    EXPECT_EQ(metricUnit(Metric::LatencyMs), "ms");
}

TEST(Metric, AnUnknownNameIsAnsweredWithTheKnownOnes) {
    const std::string message = messageOf([] { (void)metricByName("latency"); });
    EXPECT_THAT(message, HasSubstr("'latency'"));
    EXPECT_THAT(message, HasSubstr("latency_ms"));
    EXPECT_THAT(message, HasSubstr("utilization"));
}

TEST(Metric, OnlyAccuracyAgreementAndThroughputGrowForTheBetter) {
    for (std::size_t i = 0; i < kMetricCount; ++i) {
        const auto metric = static_cast<Metric>(i);
        EXPECT_EQ(higherIsBetter(metric), metric == Metric::Accuracy || metric == Metric::Agreement ||
                                              metric == Metric::ThroughputFps);
    }
}

TEST(Metrics, AreUnknownUntilSet) {
    Metrics metrics;
    EXPECT_TRUE(std::isnan(metrics.value(Metric::Lut)));
    EXPECT_EQ(metrics.source(Metric::Lut), Source::None);
    metrics.set(Metric::Lut, 1234.0, Source::Modelled);
    EXPECT_EQ(metrics.value(Metric::Lut), 1234.0F);
    EXPECT_EQ(metrics.source(Metric::Lut), Source::Modelled);
    EXPECT_EQ(metrics.source(Metric::Ff), Source::None);
}

TEST(Objectives, AreReadInTheirNaturalDirection) {
    EXPECT_EQ(parseObjectives("accuracy, latency_ms,throughput_fps"),
              (std::vector<Objective>{
                  {Metric::Accuracy, true}, {Metric::LatencyMs, false}, {Metric::ThroughputFps, true}}));
}

TEST(Objectives, RefuseTooFewTooManyRepeatedAndUnknown) {
    EXPECT_THAT(messageOf([] { (void)parseObjectives("lut"); }), HasSubstr("2 to 4"));
    EXPECT_THAT(messageOf([] { (void)parseObjectives("lut,ff,dsp,bram,macs"); }), HasSubstr("2 to 4"));
    EXPECT_THAT(messageOf([] { (void)parseObjectives("lut,ff,lut"); }), HasSubstr("lut is named twice"));
    EXPECT_THAT(messageOf([] { (void)parseObjectives("lut,"); }), HasSubstr("no metric ''"));
    EXPECT_THAT(messageOf([] { (void)parseObjectives("lut,speed"); }), HasSubstr("'speed'"));
}

TEST(Constraint, IsReadAndWritten) {
    EXPECT_EQ(parseConstraint("latency_ms<=5"), (Constraint{Metric::LatencyMs, Relation::AtMost, 5.0}));
    EXPECT_EQ(parseConstraint(" accuracy >= 90.5 "), (Constraint{Metric::Accuracy, Relation::AtLeast, 90.5}));
    EXPECT_EQ(toString(parseConstraint("accuracy >= 90.5")), "accuracy>=90.5");
    for (const char* text : {"latency_ms<=0.1", "dsp<=220", "energy_mj>=1e-07", "lut<=53200"}) {
        EXPECT_EQ(parseConstraint(toString(parseConstraint(text))), parseConstraint(text));
    }
}

TEST(Constraint, RefusesOtherForms) {
    for (const char* text :
         {"", "latency_ms", "latency_ms<5", "latency_ms=5", "latency_ms==5", "<=", "lut<", "latency_ms=<5"}) {
        EXPECT_THAT(messageOf([&] { (void)parseConstraint(text); }),
                    testing::AnyOf(HasSubstr("expected the form"), HasSubstr("no metric")))
            << text;
    }
    for (const char* text : {"lut<=", "lut<=x", "lut<=5ms", "lut<=nan", "lut<=inf", "lut<=<=5"}) {
        EXPECT_THAT(messageOf([&] { (void)parseConstraint(text); }), HasSubstr("is not a number")) << text;
    }
    EXPECT_THAT(messageOf([] { (void)parseConstraint("speed<=5"); }), HasSubstr("'speed'"));
}

TEST(Constraint, ViolationIsRelativeToTheBound) {
    Metrics metrics;
    metrics.set(Metric::LatencyMs, 6.0, Source::Modelled);
    metrics.set(Metric::Accuracy, 81.0, Source::Measured);
    EXPECT_NEAR(parseConstraint("latency_ms<=5").violation(metrics), 0.2, 1e-6);
    EXPECT_EQ(parseConstraint("latency_ms<=6").violation(metrics), 0.0);
    EXPECT_EQ(parseConstraint("latency_ms>=5").violation(metrics), 0.0);
    EXPECT_NEAR(parseConstraint("accuracy>=90").violation(metrics), 0.1, 1e-6);
    EXPECT_NEAR(parseConstraint("latency_ms<=0").violation(metrics), 6.0, 1e-6);
}

TEST(Constraint, AnUnknownMetricViolatesNothing) {
    EXPECT_EQ(parseConstraint("dsp<=5").violation(Metrics{}), 0.0);
}

TEST(Constraint, ViolationsAddUp) {
    Metrics metrics;
    metrics.set(Metric::LatencyMs, 6.0, Source::Modelled);
    metrics.set(Metric::Dsp, 330.0, Source::Modelled);
    const std::vector<Constraint> constraints{parseConstraint("latency_ms<=5"), parseConstraint("dsp<=220"),
                                              parseConstraint("lut<=10")};
    EXPECT_NEAR(totalViolation(constraints, metrics), 0.7, 1e-6);
    EXPECT_EQ(totalViolation({}, metrics), 0.0);
}

TEST(Metrics, ImproveButNeverGoBackToALesserSource) {
    Metrics known;
    known.set(Metric::Accuracy, 80.0, Source::Predicted);
    known.set(Metric::LatencyMs, 3.0, Source::Modelled);
    known.accuracyDeviation = 2.0F;
    Metrics found;
    found.set(Metric::Accuracy, 82.0, Source::Predicted);
    found.accuracyDeviation = 0.5F;
    known.improve(found);
    EXPECT_EQ(known.value(Metric::Accuracy), 82.0F);
    EXPECT_EQ(known.accuracyDeviation, 0.5F);
    EXPECT_EQ(known.value(Metric::LatencyMs), 3.0F); // not said, so it stays

    found.set(Metric::Accuracy, 81.0, Source::Measured);
    found.accuracyDeviation = 0.0F;
    known.improve(found);
    found.set(Metric::Accuracy, 90.0, Source::Predicted);
    found.set(Metric::LatencyMs, 9.0, Source::Proxy);
    found.accuracyDeviation = 1.0F;
    known.improve(found);
    EXPECT_EQ(known.value(Metric::Accuracy), 81.0F);
    EXPECT_EQ(known.source(Metric::Accuracy), Source::Measured);
    EXPECT_EQ(known.accuracyDeviation, 0.0F);
    EXPECT_EQ(known.source(Metric::LatencyMs), Source::Modelled);
}

} // namespace
} // namespace tandem::point
