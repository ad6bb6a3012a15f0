// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace tandem::cli {

/// A plain text table: columns as wide as their widest cell, numbers to the right, a rule under the header.
class Table {
  public:
    explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}

    /// Adds a row; it must have one cell per column.
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    std::string text() const;

  private:
    std::vector<std::string> header_;
    std::vector<std::vector<std::string>> rows_;
};

/// 12345678 -> "12,345,678".
std::string grouped(std::int64_t number);

} // namespace tandem::cli
