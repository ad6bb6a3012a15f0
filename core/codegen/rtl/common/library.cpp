// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/common/library.h"

#include "core/base/error.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

std::string readFile(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw inputError("RTL library: cannot read '{}'", path.string());
    }
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

} // namespace

std::vector<TextFile> usedModules(const std::string& text, const fs::path& library) {
    std::vector<fs::path> all;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(library, error)) {
        if (entry.path().extension() == ".v") {
            all.push_back(entry.path());
        }
    }
    if (error || all.empty()) {
        throw inputError("RTL library: '{}' holds no Verilog files", library.string());
    }
    std::ranges::sort(all);
    std::vector<std::string> texts;
    std::ranges::transform(all, std::back_inserter(texts), readFile);
    std::vector<bool> used(all.size(), false);
    std::vector<const std::string*> open{&text};
    while (!open.empty()) {
        const std::string& reader = *open.back();
        open.pop_back();
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!used[i] && reader.find(all[i].stem().string() + " #(") != std::string::npos) {
                used[i] = true;
                open.push_back(&texts[i]);
            }
        }
    }
    std::vector<TextFile> files;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (used[i]) {
            files.push_back({all[i].filename().string(), texts[i]});
        }
    }
    return files;
}

} // namespace tandem::codegen
