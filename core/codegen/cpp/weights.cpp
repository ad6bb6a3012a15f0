// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/cpp/texts.h"
#include "core/codegen/text_files.h"

namespace tandem::codegen {

namespace {

std::string declaration(const CppArray& array) {
    return fmt::format("const {} {}[{}]", array.type, array.name, array.values.size());
}

/// The lowest 32-bit number has no literal of its own type: its minus sign is an operator.
std::string literal(std::int64_t value) {
    return value == std::numeric_limits<std::int32_t>::min() ? "-2147483647 - 1" : fmt::format("{}", value);
}

void appendValues(std::string& text, const std::vector<std::int64_t>& values) {
    constexpr std::size_t kLine = 110;
    std::string line = "   ";
    for (const std::int64_t value : values) {
        const std::string item = " " + literal(value) + ",";
        if (line.size() + item.size() > kLine) {
            text += line + "\n";
            line = "   ";
        }
        line += item;
    }
    text += line + "\n";
}

} // namespace

std::string cppWeightsHeader(const CppProgram& program) {
    std::string text = program.banner("The constants of every layer.");
    text += "#pragma once\n\n#include <cstdint>\n\n";
    text += fmt::format("namespace {}::weights {{\n\n", program.name());
    for (const CppArray& array : cppArrays(program)) {
        text += "extern " + declaration(array) + ";\n";
    }
    text += fmt::format("\n}} // namespace {}::weights\n", program.name());
    return text;
}

std::string cppWeightsSource(const CppProgram& program) {
    std::string text = program.banner("The constants of every layer.");
    text += "#include \"weights.h\"\n\n";
    text += fmt::format("namespace {}::weights {{\n", program.name());
    for (const CppArray& array : cppArrays(program)) {
        text += "\n" + declaration(array) + " = {\n";
        appendValues(text, array.values);
        text += "};\n";
    }
    text += fmt::format("\n}} // namespace {}::weights\n", program.name());
    return text;
}

} // namespace tandem::codegen
