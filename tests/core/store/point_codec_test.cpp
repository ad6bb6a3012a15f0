// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/point_codec.h"

#include <gtest/gtest.h>

#include <cstring>

namespace tandem::store {
namespace {

TEST(PointCodec, WritesTheRecordThatTheSchemaDescribes) {
    point::Point point{5, 1, {7, 200}, {}};
    point.metrics.set(point::Metric::Agreement, 91.5, point::Source::Predicted);
    point.metrics.accuracyDeviation = 1.5F;
    std::string data = "x";
    packPoint(point, data);
    constexpr std::size_t kMetrics = point::kMetricCount;
    ASSERT_EQ(data.size(), 1 + 2 + kMetrics * 4 + kMetrics + 4U);
    EXPECT_EQ(data[1], 7);
    EXPECT_EQ(static_cast<std::uint8_t>(data[2]), 200);
    float agreement = 0;
    std::memcpy(&agreement, data.data() + 3 + 4, 4); // the second metric
    EXPECT_EQ(agreement, 91.5F);
    EXPECT_EQ(data[3 + kMetrics * 4 + 1], 2);
    float deviation = 0;
    std::memcpy(&deviation, data.data() + 3 + kMetrics * 5, 4);
    EXPECT_EQ(deviation, 1.5F);
}

TEST(PointCodec, ReadsRecordsThatKnowFewerOrMoreMetrics) {
    const float values[3] = {1.0F, 2.0F, 3.0F};
    std::string record("\x04", 1);
    record.append(reinterpret_cast<const char*>(values), 12).append("\x01\x02\x03", 3).append(4, '\0');
    point::Point point;
    unpackPoint(record, 1, 3, point);
    EXPECT_EQ(point.encoding, point::Encoding{4});
    EXPECT_EQ(point.metrics.value(point::Metric::LatencyMs), 3.0F);
    EXPECT_EQ(point.metrics.source(point::Metric::LatencyMs), point::Source::Modelled);
    EXPECT_EQ(point.metrics.source(point::Metric::Utilization), point::Source::None);
    EXPECT_TRUE(std::isnan(point.metrics.value(point::Metric::Utilization)));

    std::string longer("\x04", 1);
    longer.append(40 * 4, '\0').append(40, '\1').append(4, '\0');
    unpackPoint(longer, 1, 40, point);
    EXPECT_EQ(point.metrics.source(point::Metric::Utilization), point::Source::Proxy);
}

TEST(PointCodec, WritesTheOriginThatTheSchemaDescribes) {
    point::Point point;
    point.origin.algorithm = 200;
    point.origin.move = point::Move::Crossover;
    point.origin.parents = {0x01020304, point::Origin::kNoParent};
    point.origin.acquisition = 1.5F;
    point.fidelity = point::Fidelity::Trained;
    std::string data;
    packOrigin(point, data);
    ASSERT_EQ(data.size(), kOriginSize);
    EXPECT_EQ(data.substr(0, 11), std::string("\xC8\x03\x02\x04\x03\x02\x01\xFF\xFF\xFF\xFF", 11));
    point::Point back;
    unpackOrigin(data, back);
    EXPECT_EQ(back.origin, point.origin);
    EXPECT_EQ(back.fidelity, point.fidelity);
    data[1] = '\x63';
    EXPECT_THROW(unpackOrigin(data, back), Error);
}

TEST(PointCodec, RefusesASourceThatDoesNotExist) {
    point::Point point{0, 0, {1}, {}};
    std::string data;
    packPoint(point, data);
    data[1 + point::kMetricCount * 4] = '\x09';
    EXPECT_THROW(unpackPoint(data, 1, point::kMetricCount, point), Error);
}

} // namespace
} // namespace tandem::store
