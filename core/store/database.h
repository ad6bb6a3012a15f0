// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace tandem::store {

/// An open SQLite database. Every failure is thrown as one sentence that names the file: Error (Input) when
/// the file is at fault (damaged, read-only, in use), Error (Work) when the machine is (disk full, broken).
class Database {
  public:
    enum class Mode { CreateNew, OpenExisting };

    Database(std::filesystem::path file, Mode mode);

    const std::filesystem::path& file() const { return file_; }
    /// Runs statements that give no rows, or whose rows do not matter.
    void execute(const std::string& sql);
    std::int64_t integer(const std::string& sql);
    std::string text(const std::string& sql);
    bool isReadOnly() const;
    /// Undoes the transaction, if one is open; never fails.
    void rollBack() noexcept;

  private:
    friend class Statement;
    [[noreturn]] void fail(int code) const;

    struct Close {
        void operator()(sqlite3* handle) const;
    };
    std::filesystem::path file_;
    std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement. Bound text and blobs are not copied: they must live until the step.
class Statement {
  public:
    Statement(Database& database, std::string_view sql);

    Statement& bind(int place, std::int64_t value);
    Statement& bind(int place, double value);
    Statement& bindText(int place, std::string_view value);
    Statement& bindBlob(int place, std::string_view value);
    /// True while there is a row.
    bool step();
    /// Steps once over a statement that gives no rows, and makes it ready for the next values.
    void run();

    std::int64_t integer(int column) const;
    bool isNull(int column) const;
    /// Text or blob; valid until the next step.
    std::string_view bytes(int column) const;
    std::string text(int column) const { return std::string(bytes(column)); }

  private:
    void check(int code) const;
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const;
    };
    Database* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

} // namespace tandem::store
