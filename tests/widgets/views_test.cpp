// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/views_test.h"

#include "tests/widgets/support/fake_session.h"
#include "tests/widgets/support/warnings.h"
#include "widgets/views.h"

#include <QtTest>

#include <set>

namespace tandem::test {

void ViewsTest::init() {
    QTest::failOnWarning(unexpectedWarnings());
}

void ViewsTest::everyViewIsMade() {
    widgets::StudyModel model;
    widgets::SessionController controller(fakeFactory(), {});
    const widgets::ViewServices services{model, controller, {}, "/studies"};
    std::set<QString> names;
    std::set<std::pair<widgets::Side, int>> inFront;
    for (const widgets::ViewKind& kind : widgets::views()) {
        QVERIFY(!kind.name.isEmpty());
        QVERIFY2(names.insert(kind.name).second, "two views have the same name");
        QVERIFY2(!kind.title.isEmpty(), qPrintable(kind.name));
        QVERIFY(!kind.isInFront || inFront.emplace(kind.side, kind.row).second);
        QWidget window;
        const QWidget* view = widgets::makeView(kind, services, &window);
        QVERIFY2(view != nullptr && view->parent() == &window, qPrintable(kind.name));
        QVERIFY2(!view->accessibleName().isEmpty(), qPrintable(kind.name));
    }
    QVERIFY(names.size() >= 9);
}

void ViewsTest::viewsWorkWithoutEachOther() {
    for (const widgets::ViewKind& kind : widgets::views()) {
        FakeStudy study(0);
        widgets::SessionController controller(fakeFactory(), {});
        QWidget window;
        widgets::makeView(kind, {study.model, controller, {}, "/studies"}, &window);
        window.show();
        study.session.grow(300);
        study.update();
        study.model.select(study.session.snapshot()->front.front());
        study.model.hover(5);
        study.model.fit();
        study.model.askForTraining(widgets::TrainingTarget::Front);
        study.model.askForExport();
        study.session.submit(engine::Pin{"model.b0.kernel", "1"});
        study.update();
        study.model.setStudy(nullptr);
    }
}

} // namespace tandem::test
