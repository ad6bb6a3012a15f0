// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views.h"

#include "widgets/panels/constraint_panel.h"
#include "widgets/panels/export_panel.h"
#include "widgets/panels/front_table.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/journal_panel.h"
#include "widgets/panels/network_panel.h"
#include "widgets/panels/parameter_panel.h"
#include "widgets/panels/training_panel.h"
#include "widgets/plots/scatter_view.h"

namespace tandem::widgets {

std::vector<ViewKind> views() {
    return {
        ScatterView::kind(),     NetworkPanel::kind(),  ParameterPanel::kind(),
        ConstraintPanel::kind(), FrontTable::kind(),    JournalPanel::kind(),
        Inspector::kind(),       TrainingPanel::kind(), ExportPanel::kind(),
    };
}

QWidget* makeView(const ViewKind& kind, const ViewServices& services, QWidget* parent) {
    QWidget* view = kind.make(services, parent);
    if (view->accessibleName().isEmpty()) {
        view->setAccessibleName(kind.title);
    }
    return view;
}

} // namespace tandem::widgets
