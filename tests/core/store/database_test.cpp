// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/database.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace tandem::store {
namespace {

std::string refusal(const std::function<void()>& work, ErrorKind kind) {
    try {
        work();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), kind) << error.what();
        return error.what();
    }
    return "nothing was refused";
}

TEST(Database, BindsAndReads) {
    const tandem::test::TemporaryFolder folder;
    Database database(folder.path() / "a.db", Database::Mode::CreateNew);
    database.execute("CREATE TABLE t (a, b, c)");
    const std::string blob("\0\1\2", 3);
    Statement(database, "INSERT INTO t VALUES (?, ?, ?)")
        .bind(1, std::int64_t{1} << 60)
        .bindText(2, "é")
        .bindBlob(3, blob)
        .run();
    Statement read(database, "SELECT a, b, c FROM t");
    ASSERT_TRUE(read.step());
    EXPECT_EQ(read.integer(0), std::int64_t{1} << 60);
    EXPECT_EQ(read.text(1), "é");
    EXPECT_EQ(read.bytes(2), blob);
    EXPECT_FALSE(read.step());
}

TEST(Database, AFullDiskIsOneSentenceAndLosesNothingCommitted) {
    const tandem::test::TemporaryFolder folder;
    Database database(folder.path() / "full.db", Database::Mode::CreateNew);
    database.execute("CREATE TABLE t (a); INSERT INTO t VALUES ('safe'); PRAGMA max_page_count = 10");
    const std::string message =
        refusal([&] { database.execute("BEGIN; INSERT INTO t VALUES (zeroblob(1000000)); COMMIT"); },
                ErrorKind::Work);
    EXPECT_NE(message.find("full.db: there is no space left on the disk"), std::string::npos) << message;
    database.rollBack();
    EXPECT_EQ(database.text("SELECT a FROM t"), "safe");
}

TEST(Database, AMissingFolderIsNamed) {
    const std::string message =
        refusal([] { Database("/nowhere/at/all.tandem", Database::Mode::CreateNew); }, ErrorKind::Input);
    EXPECT_NE(message.find("/nowhere/at/all.tandem: the file cannot be opened"), std::string::npos)
        << message;
}

} // namespace
} // namespace tandem::store
