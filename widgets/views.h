// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/view_kind.h"

#include <vector>

namespace tandem::widgets {

/// All views, in the order in which they share places and stand in the menu.
std::vector<ViewKind> views();

/// Makes a view of a kind; people who do not see it hear its title where it has no name of its own.
QWidget* makeView(const ViewKind& kind, const ViewServices& services, QWidget* parent);

} // namespace tandem::widgets
