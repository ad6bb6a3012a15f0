// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tandem::codegen {

/// One file of an export, relative to its folder.
struct TextFile {
    std::string path;
    std::string text;
};

/// What stands at the head of every generated file; `comment` starts a line ("//", "#").
std::string fileHeader(std::string_view comment, std::string_view what);

/// Writes a text file, making its folder where needed. Throws Error (Work) naming the file.
void writeText(const std::filesystem::path& file, std::string_view text);

/// Reads a whole file. Throws Error (Input) naming it.
std::string readText(const std::filesystem::path& file);

/// A name that C++ and Verilog accept, of at most 40 characters: letters, digits and single underscores.
std::string identifier(std::string_view name);

/// A model's name fit for one line of a comment: printable, no backslash, no end of a comment.
std::string commentText(std::string_view name);

} // namespace tandem::codegen
