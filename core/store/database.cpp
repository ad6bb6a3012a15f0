// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/database.h"

#include "core/base/error.h"

#include <sqlite3.h>

namespace tandem::store {

void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const {
    sqlite3_finalize(handle);
}

Database::Database(std::filesystem::path file, Mode mode) : file_(std::move(file)) {
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX | (mode == Mode::CreateNew ? SQLITE_OPEN_CREATE : 0);
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file_.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) {
        fail(code);
    }
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, 2000);
}

void Database::fail(int code) const {
    const std::string name = file_.string();
    switch (code & 0xff) {
    case SQLITE_FULL:
        throw workError(
            "{}: there is no space left on the disk; what was saved is safe, free some space and go on",
            name);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        throw inputError("{}: the file or its folder cannot be written", name);
    case SQLITE_CANTOPEN:
        throw inputError(
            "{}: the file cannot be opened or made; check that its folder exists and can be written", name);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        throw inputError("{}: the study is damaged ({})", name, sqlite3_errmsg(handle_.get()));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        throw inputError("{}: the file is in use by another program", name);
    case SQLITE_IOERR:
        throw workError("{}: the disk refused to read or write; what was saved is safe ({})", name,
                        sqlite3_errmsg(handle_.get()));
    default:
        throw workError("{}: {}", name, handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code));
    }
}

void Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        fail(code);
    }
}

std::int64_t Database::integer(const std::string& sql) {
    Statement statement(*this, sql);
    return statement.step() ? statement.integer(0) : 0;
}

std::string Database::text(const std::string& sql) {
    Statement statement(*this, sql);
    return statement.step() ? statement.text(0) : std::string();
}

bool Database::isReadOnly() const {
    return sqlite3_db_readonly(handle_.get(), "main") == 1;
}

void Database::rollBack() noexcept {
    if (sqlite3_get_autocommit(handle_.get()) == 0) {
        sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v2(database.handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        &handle, nullptr);
    handle_.reset(handle);
    check(code);
}

void Statement::check(int code) const {
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) {
        database_->fail(code);
    }
}

Statement& Statement::bind(int place, std::int64_t value) {
    check(sqlite3_bind_int64(handle_.get(), place, value));
    return *this;
}

Statement& Statement::bind(int place, double value) {
    check(sqlite3_bind_double(handle_.get(), place, value));
    return *this;
}

Statement& Statement::bindText(int place, std::string_view value) {
    check(sqlite3_bind_text64(handle_.get(), place, value.data(), value.size(), nullptr, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bindBlob(int place, std::string_view value) {
    check(sqlite3_bind_blob64(handle_.get(), place, value.data(), value.size(), nullptr));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(handle_.get());
    check(code);
    return code == SQLITE_ROW;
}

void Statement::run() {
    const int code = sqlite3_step(handle_.get());
    sqlite3_reset(handle_.get());
    check(code);
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
}

bool Statement::isNull(int column) const {
    return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::string_view Statement::bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
    return size == 0 ? std::string_view() : std::string_view(data, size);
}

} // namespace tandem::store
