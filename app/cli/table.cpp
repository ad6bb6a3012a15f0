// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/table.h"

namespace tandem::cli {

namespace {

// Columns of a UTF-8 text: bytes that do not continue a character.
std::size_t columns(const std::string& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool looksNumeric(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789.,+-e% ") == std::string::npos;
}

} // namespace

std::string Table::text() const {
    const std::size_t count = header_.size();
    std::vector<std::size_t> widths(count);
    std::vector<bool> numeric(count, !rows_.empty());
    for (std::size_t c = 0; c < count; ++c) {
        widths[c] = columns(header_[c]);
        for (const auto& row : rows_) {
            widths[c] = std::max(widths[c], columns(row.at(c)));
            numeric[c] = numeric[c] && (looksNumeric(row[c]) || row[c].empty() || row[c] == "-");
        }
    }
    std::string result;
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string text;
        for (std::size_t c = 0; c < count; ++c) {
            const std::string space(widths[c] - columns(cells[c]), ' ');
            text += (c > 0 ? "  " : "") + (numeric[c] ? space + cells[c] : cells[c] + space);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        result += text + "\n";
    };
    line(header_);
    std::vector<std::string> rule;
    for (const std::size_t width : widths) {
        rule.emplace_back(width, '-');
    }
    line(rule);
    for (const auto& row : rows_) {
        line(row);
    }
    return result;
}

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    const std::ptrdiff_t first = number < 0 ? 1 : 0;
    for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > first; i -= 3) {
        digits.insert(static_cast<std::size_t>(i), ",");
    }
    return digits;
}

} // namespace tandem::cli
