// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace tandem::app {

/// The folder with the program's data files (devices, rtl, cpp, sample): TANDEM_RESOURCES if set, else
/// share/tandem beside the installed program, else the source tree it was built from. Throws Error (Work)
/// that names the places looked at.
std::filesystem::path resourceFolder();

/// Where a user keeps own device files: $XDG_CONFIG_HOME/tandem/devices.
std::filesystem::path userDeviceFolder();

} // namespace tandem::app
