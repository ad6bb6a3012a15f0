// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace tandem::codegen {

/// A copy of a part of an export for outside programs to work in, removed with the object. Its path has no
/// spaces or other characters that GNU make and the tools' scripts trip over, whatever the export's own path
/// is, and nothing that they build is left in the export.
class ToolFolder {
  public:
    /// Copies `exported / part` ("cpp", "rtl") without what was built there before. Throws Error (Work)
    /// naming the folder where that cannot be done.
    ToolFolder(const std::filesystem::path& exported, const std::string& part);
    ~ToolFolder();
    ToolFolder(const ToolFolder&) = delete;
    ToolFolder& operator=(const ToolFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

} // namespace tandem::codegen
