// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/plots/cloud_test.h"

#include "tests/widgets/support/fake_session.h"
#include "tests/widgets/support/warnings.h"
#include "widgets/plots/cloud_image.h"

#include <QtTest>

#include <map>
#include <set>

namespace tandem::test {

using widgets::CloudImage;
using widgets::MarkKind;
using widgets::PointCloud;

namespace {

const widgets::Viewport kView{-1.5, 1.0, 30.0, 100.0, 320, 240};

/// A cloud and the columns that it follows.
struct Followed {
    widgets::PointColumns columns;
    PointCloud cloud;

    PointCloud::Change update(const FakeSession& session) {
        columns.want(cloud.metrics());
        columns.update(*session.snapshot());
        return cloud.update(columns);
    }
};

PointCloud cloudOf(const FakeSession& session) {
    Followed followed;
    followed.update(session);
    return followed.cloud;
}

CloudImage drawn(const PointCloud& cloud) {
    CloudImage image;
    image.setColors(widgets::plotColors(QApplication::palette()));
    image.begin(kView, 2);
    image.stamp(cloud);
    return image;
}

} // namespace

void CloudTest::init() {
    QTest::failOnWarning(unexpectedWarnings());
}

void CloudTest::appendingEqualsRebuilding() {
    FakeSession session({});
    Followed followed;
    CloudImage appended;
    appended.setColors(widgets::plotColors(QApplication::palette()));
    appended.begin(kView, 2);
    for (int round = 0; round < 7; ++round) {
        session.grow(700);
        const auto change = followed.update(session);
        QCOMPARE(change == PointCloud::Change::Rebuilt, round == 0);
        appended.stamp(followed.cloud);
    }
    const CloudImage whole = drawn(cloudOf(session));
    QCOMPARE(appended.stamped(), std::size_t{4900});
    QVERIFY(appended.image() == whole.image());
    for (int x = 0; x < kView.width; x += 9) {
        for (int y = 0; y < kView.height; y += 7) {
            QCOMPARE(appended.nearest(QPointF(x, y), 10), whole.nearest(QPointF(x, y), 10));
        }
    }
}

void CloudTest::nearestEqualsBruteForce() {
    FakeSession session({});
    session.grow(400);
    const PointCloud cloud = cloudOf(session);
    const CloudImage image = drawn(cloud);
    const auto pixel = [&](std::size_t i) {
        return QPoint(static_cast<int>(std::floor((cloud.xs()[i] - kView.xLow) * kView.width /
                                                  (kView.xHigh - kView.xLow))),
                      static_cast<int>(std::floor(kView.height - (cloud.ys()[i] - kView.yLow) * kView.height /
                                                                     (kView.yHigh - kView.yLow))));
    };
    int found = 0;
    for (int x = 0; x < kView.width; x += 5) {
        for (int y = 0; y < kView.height; y += 5) {
            double best = 12.0 * 12.0 + 1e-9;
            bool any = false;
            for (std::size_t i = 0; i < cloud.size(); ++i) {
                const QPoint at = pixel(i);
                const double distance = std::pow(at.x() - x, 2) + std::pow(at.y() - y, 2);
                if (QRect(0, 0, kView.width, kView.height).contains(at) && distance <= best) {
                    best = distance;
                    any = true;
                }
            }
            const auto nearest = image.nearest(QPointF(x, y), 12);
            QCOMPARE(nearest.has_value(), any);
            if (nearest) {
                const QPoint at = pixel(*nearest);
                QCOMPARE(std::pow(at.x() - x, 2) + std::pow(at.y() - y, 2), best);
                ++found;
            }
        }
    }
    QVERIFY(found > 100);
}

void CloudTest::marksSayRulesAndSource() {
    FakeSession session({});
    session.grow(500);
    session.refine(3);
    session.learn(8, point::Metric::Agreement, 90.0, point::Source::Supernet);
    session.submit(engine::Pin{"model.b0.kernel", "3"});
    const auto snapshot = session.snapshot();
    const PointCloud cloud = cloudOf(session);
    const std::size_t kernel = syntheticSpace().indexOf("model.b0.kernel");
    for (std::size_t i = 0; i < cloud.size(); ++i) {
        const point::Point& point = snapshot->points[i];
        const bool inside = point.encoding[kernel] == 1 &&
                            point::totalViolation(snapshot->rules.constraints, point.metrics) <= 0.0;
        const MarkKind kind = cloud.kinds()[i];
        QCOMPARE(kind >= MarkKind::Predicted, inside);
        QCOMPARE(kind == MarkKind::Measured || kind == MarkKind::MeasuredOutside, i == 3);
        QCOMPARE(kind == MarkKind::Supernet || kind == MarkKind::SupernetOutside, i == 8);
    }
}

void CloudTest::levelsDifferWithoutColour() {
    // The pixels that the mark of one point covers, how much, whatever their colour.
    const auto covered = [](std::optional<point::Source> source, bool inside) {
        FakeSession session({});
        session.grow(1);
        const double agreement = session.snapshot()->points[0].metrics.value(point::Metric::Agreement);
        if (source) {
            session.learn(0, point::Metric::Agreement, agreement, *source);
        }
        if (!inside) {
            session.submit(engine::SetConstraints{
                {{point::Metric::LatencyMs, point::Relation::AtMost, std::numeric_limits<double>::min()}}});
        }
        const PointCloud cloud = cloudOf(session);
        const CloudImage image = drawn(cloud);
        std::vector<std::tuple<int, int, int>> pixels;
        std::set<QRgb> colours;
        for (int y = 0; y < kView.height; ++y) {
            for (int x = 0; x < kView.width; ++x) {
                if (const QRgb pixel = image.image().pixel(x, y); qAlpha(pixel) != 0) {
                    pixels.emplace_back(x, y, qAlpha(pixel));
                    colours.insert(pixel | 0xff000000U);
                }
            }
        }
        return std::pair(pixels, colours);
    };
    // How much of a mark's highest row is covered, and of its lowest.
    const auto ends = [](const std::vector<std::tuple<int, int, int>>& pixels) {
        std::map<int, int> rows;
        for (const auto& [x, y, cover] : pixels) {
            rows[y] += cover;
        }
        return std::pair(rows.begin()->second, rows.rbegin()->second);
    };
    using point::Source;
    std::set<std::vector<std::tuple<int, int, int>>> shapes;
    std::set<std::set<QRgb>> colours;
    for (const std::optional<Source> source :
         {std::optional<Source>(), {Source::Supernet}, {Source::Measured}}) {
        const auto inside = covered(source, true), outside = covered(source, false);
        QVERIFY(!inside.first.empty());
        QVERIFY(inside.first == outside.first);
        const auto [top, bottom] = ends(inside.first);
        QCOMPARE(top < bottom, source == Source::Supernet); // not by its size alone: it has a tip
        shapes.insert(inside.first);
        colours.insert({inside.second, outside.second});
    }
    QCOMPARE(shapes.size(), std::size_t{3});
    QCOMPARE(colours.size(), std::size_t{6});
}

void CloudTest::accuracyDecidesTheLevel() {
    using point::Metric;
    using point::Source;
    using widgets::Level;
    point::Metrics metrics;
    metrics.set(Metric::Accuracy, 90.0, Source::Supernet);
    metrics.set(Metric::Agreement, 95.0, Source::Measured);
    metrics.set(Metric::LatencyMs, 1.0, Source::Measured);
    metrics.set(Metric::Lut, 1000.0, Source::Modelled);
    QCOMPARE(widgets::levelOf(metrics, Metric::LatencyMs, Metric::Accuracy), Level::Supernet);
    QCOMPARE(widgets::levelOf(metrics, Metric::Accuracy, Metric::LatencyMs), Level::Supernet);
    QCOMPARE(widgets::levelOf(metrics, Metric::Agreement, Metric::Accuracy), Level::Supernet);
    QCOMPARE(widgets::levelOf(metrics, Metric::LatencyMs, Metric::Agreement), Level::Measured);
    QCOMPARE(widgets::levelOf(metrics, Metric::LatencyMs, Metric::Lut), Level::Measured);
    metrics.set(Metric::Accuracy, 90.0, Source::Predicted);
    QCOMPARE(widgets::levelOf(metrics, Metric::LatencyMs, Metric::Accuracy), Level::Predicted);
    metrics.set(Metric::LatencyMs, 1.0, Source::Modelled);
    QCOMPARE(widgets::levelOf(metrics, Metric::LatencyMs, Metric::Lut), Level::Predicted);
}

void CloudTest::betterKnownPointsAreTakenOver() {
    FakeSession session({});
    session.grow(100);
    Followed followed;
    followed.update(session);
    const float before = followed.cloud.ys()[42];
    session.refine(42);
    QCOMPARE(followed.update(session), PointCloud::Change::Rebuilt);
    QCOMPARE(followed.cloud.ys()[42], before - 0.5F);
    QCOMPARE(followed.update(session), PointCloud::Change::None);
}

void CloudTest::logarithmicPositions() {
    const widgets::AxisChoice axis{point::Metric::LatencyMs, true};
    QCOMPARE(axis.position(100.0), 2.0);
    QVERIFY(std::isnan(axis.position(0.0)));
    QVERIFY(std::isnan(axis.position(-1.0)));
    QVERIFY(std::isnan(widgets::AxisChoice{}.position(std::numeric_limits<double>::quiet_NaN())));
}

} // namespace tandem::test
