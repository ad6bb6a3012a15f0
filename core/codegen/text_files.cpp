// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/text_files.h"

#include "core/base/error.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

namespace tandem::codegen {

std::string fileHeader(std::string_view comment, std::string_view what) {
    return fmt::format("{0} {1}\n{0} Written by Tandem. This file belongs to you: use, change and pass it on "
                       "without conditions.\n",
                       comment, what);
}

void writeText(const std::filesystem::path& file, std::string_view text) {
    std::error_code ignored; // a folder that cannot be made shows when the file is opened
    std::filesystem::create_directories(file.parent_path(), ignored);
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) {
        throw workError("cannot write '{}'", file.string());
    }
}

std::string readText(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) {
        throw inputError("cannot read '{}'", file.string());
    }
    return text.str();
}

std::string identifier(std::string_view name) {
    constexpr std::size_t kLongest = 40;
    std::string result;
    for (const char letter : name) {
        const bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0;
        if (plain) {
            result += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        } else if (!result.empty() && result.back() != '_') {
            result += '_';
        }
    }
    result.resize(std::min(result.size(), kLongest));
    while (!result.empty() && result.back() == '_') {
        result.pop_back();
    }
    if (result.empty() || std::isdigit(static_cast<unsigned char>(result.front())) != 0) {
        result = result.empty() ? "network" : "n" + result;
    }
    return result;
}

std::string commentText(std::string_view name) {
    std::string result(name);
    std::ranges::replace_if(
        result,
        [](char c) { return static_cast<unsigned char>(c) < 32 || c == '\\' || c == '*' || c == 127; }, '?');
    return result;
}

} // namespace tandem::codegen
