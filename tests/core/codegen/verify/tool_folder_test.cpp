// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/codegen/verify/tool_folder.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;

TEST(ToolFolder, HasAPlainPathWhateverTheExportsIs) {
    const test::TemporaryFolder scratch;
    const fs::path exported = scratch.path() / "my 'best' export; (2)";
    scratch.write("my 'best' export; (2)/rtl/rtl/top.v", "module top; endmodule");
    scratch.write("my 'best' export; (2)/rtl/build/old", "left by hand");
    fs::path path;
    {
        const ToolFolder tools(exported, "rtl");
        path = tools.path();
        EXPECT_EQ(path.string().find_first_of(" '();"), std::string::npos);
        EXPECT_TRUE(fs::exists(path / "rtl/top.v"));
        EXPECT_FALSE(fs::exists(path / "build"));
    }
    EXPECT_FALSE(fs::exists(path));
}

TEST(ToolFolder, NamesAFolderThatCannotBeCopied) {
    const test::TemporaryFolder scratch;
    EXPECT_THROW(ToolFolder(scratch.path(), "rtl"), Error);
}

} // namespace
} // namespace tandem::codegen
