// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/plots/scatter_test.h"

#include "tests/widgets/support/fake_session.h"
#include "tests/widgets/support/warnings.h"
#include "widgets/models/format.h"
#include "widgets/plots/cloud_plottable.h"
#include "widgets/plots/plot_legend.h"
#include "widgets/plots/scatter_view.h"

#include <QtTest>

#include <map>
#include <set>

namespace tandem::test {

using widgets::ScatterView;

namespace {

/// A shown scatter of a fake session with `count` points.
struct Shown {
    FakeStudy study;
    FakeSession& session = study.session;
    ScatterView view{study.model};

    explicit Shown(std::size_t count) : study(count) {
        view.resize(700, 520);
        view.show();
        if (!QTest::qWaitForWindowExposed(&view)) {
            qFatal("the scatter was not shown");
        }
        update();
    }
    void update() {
        study.update();
        view.plot()->replot(QCustomPlot::rpImmediateRefresh);
    }
};

} // namespace

void ScatterTest::init() {
    QTest::failOnWarning(unexpectedWarnings());
}

void ScatterTest::growingDoesNotRebuild() {
    Shown shown(20000);
    // A view of the person's own stays as it is, so that what comes is only added.
    QTest::keyClick(shown.view.plot(), Qt::Key_Minus);
    shown.update();
    const int before = shown.view.cloud().rebuilds();
    const QCPRange range = shown.view.plot()->xAxis->range();
    for (int i = 0; i < 20; ++i) {
        shown.session.grow(500);
        shown.study.update();
    }
    QCOMPARE(shown.view.cloud().rebuilds(), before);
    QCOMPARE(shown.view.cloud().cloudImage().stamped(), std::size_t{30000});
    QVERIFY(shown.view.plot()->xAxis->range() == range);
    shown.session.submit(engine::Pin{"model.b0.kernel", "3"});
    shown.update();
    QCOMPARE(shown.view.cloud().rebuilds(), before + 1);
}

void ScatterTest::clickSelectsThePointUnderTheCursor() {
    Shown shown(3000);
    QSignalSpy chosen(&shown.study.model, &widgets::StudyModel::selectionChanged);
    const auto front = shown.session.snapshot()->front;
    QVERIFY(front.size() >= 3);
    for (const point::PointId id : {front.front(), front[front.size() / 2], front.back()}) {
        QTest::mouseClick(shown.view.plot(), Qt::LeftButton, {}, shown.view.positionOf(id).toPoint());
        QCOMPARE(chosen.size(), 1);
        chosen.clear();
        const point::PointId picked = shown.study.model.current().value();
        QVERIFY(QLineF(shown.view.positionOf(picked), shown.view.positionOf(id)).length() < 3.0);
    }
    QTest::mouseClick(shown.view.plot(), Qt::LeftButton, {}, QPoint(2, 2));
    QVERIFY(chosen.isEmpty());
}

void ScatterTest::keyboardWalksAlongTheFront() {
    Shown shown(3000);
    std::vector<point::PointId> chosen;
    connect(&shown.study.model, &widgets::StudyModel::selectionChanged, &shown.view,
            [&] { chosen.push_back(shown.study.model.current().value()); });
    const auto snapshot = shown.session.snapshot();
    const auto latency = [&](point::PointId id) {
        return snapshot->points[id].metrics.value(point::Metric::LatencyMs);
    };
    QTest::keyClick(shown.view.plot(), Qt::Key_Home);
    for (std::size_t i = 1; i < snapshot->front.size(); ++i) {
        QTest::keyClick(shown.view.plot(), Qt::Key_Right);
    }
    QCOMPARE(chosen.size(), snapshot->front.size());
    std::set<point::PointId> seen;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        seen.insert(chosen[i]);
        QVERIFY(i == 0 || latency(chosen[i]) >= latency(chosen[i - 1]));
    }
    QCOMPARE(seen.size(), snapshot->front.size());
    QVERIFY(shown.view.plot()->accessibleDescription().contains(
        widgets::pointName(shown.study.model.current().value())));
    QVERIFY(!shown.view.plot()->accessibleName().isEmpty());
}

void ScatterTest::hoveringNamesThePoint() {
    Shown shown(3000);
    const point::PointId id = shown.session.snapshot()->front.front();
    QTest::mouseMove(shown.view.plot(), shown.view.positionOf(id).toPoint());
    QTRY_VERIFY(shown.view.readout().contains(QStringLiteral("predicted")));
    QVERIFY(shown.view.readout().contains(QStringLiteral("modelled")));
    QVERIFY(shown.view.readout().startsWith(QStringLiteral("Point ")));
    shown.session.learn(id, point::Metric::Agreement,
                        shown.session.snapshot()->points[id].metrics.value(point::Metric::Agreement),
                        point::Source::Supernet);
    shown.update();
    QVERIFY2(shown.view.readout().contains(QStringLiteral("(supernet)")), qPrintable(shown.view.readout()));
}

void ScatterTest::axesChoose() {
    Shown shown(1000);
    auto* box = shown.view.findChild<QComboBox*>(QStringLiteral("xMetric"));
    box->setFocus();
    box->setCurrentIndex(box->findData(static_cast<int>(point::Metric::Lut)));
    Q_EMIT box->activated(box->currentIndex());
    QCOMPARE(shown.view.xAxis().metric, point::Metric::Lut);
    const QCPRange range = shown.view.plot()->xAxis->range();
    const auto snapshot = shown.session.snapshot();
    for (const point::PointId id : snapshot->front) {
        QVERIFY(range.contains(snapshot->points[id].metrics.value(point::Metric::Lut)));
    }
    QVERIFY(shown.view.plot()->xAxis->label().contains(QStringLiteral("LUT")));
}

void ScatterTest::barsShowWhatIsPredicted() {
    Shown shown(3000);
    const auto barsOf = [&](QCPErrorBars::ErrorType type) {
        for (int i = 0; i < shown.view.plot()->plottableCount(); ++i) {
            auto* bars = qobject_cast<QCPErrorBars*>(shown.view.plot()->plottable(i));
            if (bars != nullptr && bars->errorType() == type) {
                return bars;
            }
        }
        return static_cast<QCPErrorBars*>(nullptr);
    };
    const auto check = [&](QCPErrorBars::ErrorType predicted, QCPErrorBars::ErrorType modelled) {
        const auto* places = barsOf(predicted)->dataPlottable()->interface1D();
        QVERIFY(places->dataCount() > 1);
        QCOMPARE(barsOf(predicted)->dataCount(), places->dataCount());
        QCOMPARE(barsOf(modelled)->dataCount(), places->dataCount());
        for (int i = 0; i < places->dataCount(); ++i) {
            QCOMPARE(barsOf(predicted)->data()->at(i).errorPlus, static_cast<double>(0.8F));
            QVERIFY(std::isnan(barsOf(modelled)->data()->at(i).errorPlus));
        }
        const QImage with = shown.view.plot()->toPixmap().toImage();
        barsOf(predicted)->setVisible(false);
        QVERIFY(shown.view.plot()->toPixmap().toImage() != with);
        barsOf(predicted)->setVisible(true);
    };
    shown.view.setAxes({point::Metric::LatencyMs, true}, {point::Metric::Agreement, false});
    check(QCPErrorBars::etValueError, QCPErrorBars::etKeyError);
    shown.view.setAxes({point::Metric::Agreement, false}, {point::Metric::LatencyMs, true});
    check(QCPErrorBars::etKeyError, QCPErrorBars::etValueError);

    // What is measured loses its bar, and nothing else does.
    const auto front = shown.session.snapshot()->front;
    for (std::size_t i = 0; i < front.size(); i += 2) {
        shown.session.refine(front[i]);
    }
    shown.update();
    std::set<float> measured;
    const auto snapshot = shown.session.snapshot();
    for (const point::PointId id : snapshot->front) {
        const point::Metrics& metrics = snapshot->points[id].metrics;
        if (metrics.source(point::Metric::Agreement) == point::Source::Measured) {
            measured.insert(metrics.value(point::Metric::Agreement));
        }
    }
    const QCPErrorBars* bars = barsOf(QCPErrorBars::etKeyError);
    const auto* places = bars->dataPlottable()->interface1D();
    int without = 0;
    for (int i = 0; i < places->dataCount(); ++i) {
        const auto key = static_cast<float>(places->dataMainKey(i));
        QCOMPARE(std::isnan(bars->data()->at(i).errorPlus), measured.contains(key));
        without += measured.contains(key) ? 1 : 0;
    }
    QVERIFY(without > 0);
    QVERIFY(without < places->dataCount());
}

void ScatterTest::frontMarksShowTheirLevel() {
    using widgets::Level;
    Shown shown(3000);
    const auto before = shown.session.snapshot()->front;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const point::Metrics& metrics = shown.session.snapshot()->points[before[i]].metrics;
        if (i % 3 == 1) {
            shown.session.learn(before[i], point::Metric::Agreement, metrics.value(point::Metric::Agreement),
                                point::Source::Supernet);
        } else if (i % 3 == 2) {
            shown.session.learn(before[i], point::Metric::Agreement, metrics.value(point::Metric::Agreement),
                                point::Source::Measured);
        }
    }
    shown.update();
    // Front points are drawn in the shape of their level, none twice.
    const auto snapshot = shown.session.snapshot();
    std::map<std::pair<double, double>, Level> expected;
    for (const point::PointId id : snapshot->front) {
        const point::Metrics& metrics = snapshot->points[id].metrics;
        expected[{metrics.value(shown.view.xAxis().metric), metrics.value(shown.view.yAxis().metric)}] =
            widgets::levelOf(metrics, shown.view.xAxis().metric, shown.view.yAxis().metric);
    }
    std::set<std::pair<double, double>> seen;
    for (const Level level : {Level::Predicted, Level::Supernet, Level::Measured}) {
        int drawn = 0;
        for (int i = 0; i < shown.view.plot()->graphCount(); ++i) {
            const QCPGraph* graph = shown.view.plot()->graph(i);
            if (graph->scatterStyle().customPath() != widgets::markShape(level, 3.5)) {
                continue;
            }
            for (const QCPGraphData& place : *graph->data()) {
                const std::pair at(place.key, place.value);
                QVERIFY(expected.contains(at));
                QCOMPARE(expected[at], level);
                QVERIFY(seen.insert(at).second);
                ++drawn;
            }
        }
        QVERIFY(drawn > 0);
    }
}

void ScatterTest::legendNamesEveryLevel() {
    Shown shown(10);
    auto* legend = shown.view.findChild<widgets::PlotLegend*>();
    const widgets::PlotColors colors = widgets::plotColors(legend->palette());
    const QStringList words = legend->accessibleDescription().split(QStringLiteral("; "));
    QCOMPARE(words.mid(0, 3), (QStringList{QStringLiteral("predicted or modelled"),
                                           widgets::sourceText(point::Source::Supernet),
                                           widgets::sourceText(point::Source::Measured)}));
    QImage image = legend->grab().toImage();
    const auto leftmost = [&image](const QColor& color) {
        for (int x = 0; x < image.width(); ++x) {
            for (int y = 0; y < image.height(); ++y) {
                if (image.pixel(x, y) == color.rgb()) {
                    return x;
                }
            }
        }
        return image.width();
    };
    QVERIFY(leftmost(colors.predicted) < leftmost(colors.supernet));
    QVERIFY(leftmost(colors.supernet) < leftmost(colors.measured));
    QVERIFY(leftmost(colors.measured) < image.width());
    // What does not fit in a line goes on in the next.
    shown.view.resize(360, 520);
    QTRY_COMPARE(legend->height(), legend->heightForWidth(legend->width()));
    QVERIFY(legend->height() > legend->sizeHint().height());
    image = legend->grab().toImage();
    for (const QColor& color : {colors.predicted, colors.supernet, colors.measured, colors.selected}) {
        QVERIFY(leftmost(color) < image.width());
    }
}

void ScatterTest::followsThemeChange() {
    Shown shown(1000);
    shown.view.plot()->replot(QCustomPlot::rpImmediateRefresh);
    const QRgb light = shown.view.plot()->toPixmap().toImage().pixel(1, 1);
    widgets::Theme theme;
    theme.apply(widgets::ThemeChoice::Dark);
    QTRY_VERIFY(qGray(shown.view.plot()->toPixmap().toImage().pixel(1, 1)) < 60);
    theme.apply(widgets::ThemeChoice::Light);
    QTRY_COMPARE(shown.view.plot()->toPixmap().toImage().pixel(1, 1), light);
}

} // namespace tandem::test
