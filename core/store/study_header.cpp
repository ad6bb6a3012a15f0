// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/study_header.h"

#include "core/base/error.h"
#include "core/store/migrations.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

namespace tandem::store {

namespace {

/// Whether the file ends before its pages do. While a write-ahead log lies beside it the rest may be there.
bool isCutShort(const std::filesystem::path& path, const std::array<unsigned char, 100>& header) {
    const std::uint64_t written = header[16] * 256U + header[17];
    const std::uint64_t page = written == 1 ? 65536 : written;
    std::uint64_t pages = 0;
    for (std::size_t i = 28; i < 32; ++i) {
        pages = pages * 256 + header[i];
    }
    return !std::filesystem::exists(path.string() + "-wal") &&
           std::filesystem::file_size(path) < page * pages;
}

} // namespace

void checkHeader(const std::filesystem::path& path) {
    namespace fs = std::filesystem;
    if (!fs::exists(path)) {
        throw inputError("{}: there is no such file", path.string());
    }
    if (!fs::is_regular_file(path)) {
        throw inputError("{}: this is not a file", path.string());
    }
    std::ifstream file(path, std::ios::binary);
    std::array<unsigned char, 100> header{};
    if (!file.is_open()) {
        throw inputError("{}: the file cannot be read", path.string());
    }
    std::string bytes(header.size(), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    std::copy(bytes.begin(), bytes.end(), header.begin());
    if (file.gcount() != static_cast<std::streamsize>(header.size()) ||
        !bytes.starts_with("SQLite format 3")) {
        throw inputError("{}: this is not a Tandem study", path.string());
    }
    std::int64_t application = 0;
    for (std::size_t i = 68; i < 72; ++i) {
        application = application * 256 + header[i];
    }
    if (application != kApplicationId) {
        throw inputError("{}: this is a database, but not a Tandem study", path.string());
    }
    if (isCutShort(path, header)) {
        throw inputError("{}: the study is damaged (its end is missing)", path.string());
    }
}

} // namespace tandem::store
