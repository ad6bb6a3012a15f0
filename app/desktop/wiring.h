// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/main_window.h"

namespace tandem::app {

/// The window's connections to the engine, the importer, code generation and the program's data files. Throws
/// Error (Work) when the data files are missing, Error (Input) when a device file is broken.
Wiring realWiring();

} // namespace tandem::app
