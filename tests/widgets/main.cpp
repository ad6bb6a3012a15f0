// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the test classes named as the first argument, or all of them.
#include "app/desktop/application.h"
#include "tests/widgets/models/model_test.h"
#include "tests/widgets/panels/panel_test.h"
#include "tests/widgets/panels/parameter_panel_test.h"
#include "tests/widgets/plots/cloud_test.h"
#include "tests/widgets/plots/scatter_test.h"
#include "tests/widgets/real_window_test.h"
#include "tests/widgets/session/controller_test.h"
#include "tests/widgets/session/study_model_test.h"
#include "tests/widgets/views_test.h"
#include "tests/widgets/window_test.h"
#include "widgets/theme.h"

#include <QtTest>

namespace {

template <typename Test>
int run(const QString& wanted, const QStringList& arguments) {
    Test test;
    const QString name =
        QString::fromLatin1(test.metaObject()->className()).section(QStringLiteral("::"), -1);
    return wanted.isEmpty() || wanted == name ? QTest::qExec(&test, arguments) : 0;
}

} // namespace

int main(int argc, char** argv) {
    tandem::app::Application app(argc, argv);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    tandem::widgets::Theme theme;
    theme.apply(tandem::widgets::ThemeChoice::Light);
    QStringList arguments = QApplication::arguments();
    const QString wanted =
        arguments.size() > 1 && !arguments[1].startsWith(QLatin1Char('-')) ? arguments.takeAt(1) : QString();
    using namespace tandem::test;
    return run<CloudTest>(wanted, arguments) + run<ScatterTest>(wanted, arguments) +
           run<ModelTest>(wanted, arguments) + run<ParameterPanelTest>(wanted, arguments) +
           run<PanelTest>(wanted, arguments) + run<StudyModelTest>(wanted, arguments) +
           run<ControllerTest>(wanted, arguments) + run<ViewsTest>(wanted, arguments) +
           run<WindowTest>(wanted, arguments) + run<RealWindowTest>(wanted, arguments);
}
