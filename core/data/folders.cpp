// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/folders.h"

#include "core/base/error.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <tuple>

namespace tandem::data {

namespace fs = std::filesystem;

namespace {

/// Endings of files that somebody may take for samples.
constexpr std::array<std::string_view, 40> kSampleEndings{
    ".png",  ".jpg",  ".jpeg", ".jpe", ".jfif", ".bmp", ".dib",  ".webp", ".ppm", ".pgm",
    ".pnm",  ".pbm",  ".pam",  ".pfm", ".gif",  ".tif", ".tiff", ".jp2",  ".jxl", ".heic",
    ".heif", ".avif", ".tga",  ".psd", ".exr",  ".hdr", ".ico",  ".pcx",  ".wav", ".mp3",
    ".flac", ".ogg",  ".opus", ".m4a", ".aac",  ".aif", ".aiff", ".au",   ".npy", ".npz"};

/// Digits without leading zeros: numbers of any length compare by length, then as text.
std::string_view digitsOf(std::string_view name) {
    return name.substr(std::min(name.find_first_not_of('0'), name.size() - 1));
}

bool isLowerNumber(const std::string& a, const std::string& b) {
    const std::string_view x = digitsOf(a), y = digitsOf(b);
    return std::tuple(x.size(), x, std::string_view(a)) < std::tuple(y.size(), y, std::string_view(b));
}

bool isNumber(const std::string& name) {
    return name.find_first_not_of("0123456789") == std::string::npos;
}

std::vector<std::string> classNamesIn(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_directory() && !isHidden(name) && name.front() != '_') {
            names.push_back(name);
        }
    }
    std::ranges::sort(names);
    return names;
}

/// Ordered as asked for, or as the names have it.
ClassList ordered(std::vector<std::string> names, ClassOrder asked, const fs::path& folder) {
    const auto word = std::ranges::find_if_not(names, isNumber);
    if (asked == ClassOrder::Numbers && word != names.end()) {
        throw inputError("{}: its classes are to be ordered as numbers, but '{}' is none", folder.string(),
                         *word);
    }
    if (asked == ClassOrder::Names || word != names.end()) {
        return {std::move(names), ClassOrder::Names};
    }
    std::ranges::sort(names, isLowerNumber);
    return {std::move(names), ClassOrder::Numbers};
}

void refuseUnknown(const std::vector<std::string>& names, const std::vector<std::string>& known,
                   const fs::path& folder) {
    std::vector<std::string> unknown;
    std::ranges::copy_if(names, std::back_inserter(unknown), [&](const std::string& name) {
        return std::ranges::find(known, name) == known.end();
    });
    if (!unknown.empty()) {
        throw inputError("{}: its class folder '{}' is missing in the training part, which has '{}'",
                         folder.string(), fmt::join(unknown, "', '"), fmt::join(known, "', '"));
    }
}

} // namespace

std::string lowerExtension(const fs::path& path) {
    std::string extension = path.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

bool isHidden(const fs::path& path) {
    return path.filename().string().starts_with('.');
}

ClassFolders classFolders(const fs::path& folder, ClassList& classes,
                          const std::function<bool(const fs::path&)>& isSample, std::string_view accepted) {
    const std::vector<std::string> names = classNamesIn(folder);
    if (classes.names.empty()) {
        classes = ordered(names, classes.order, folder);
    }
    refuseUnknown(names, classes.names, folder);
    ClassFolders result;
    std::vector<fs::path> leftOut;
    for (const std::string& name : names) {
        const auto label = std::ranges::find(classes.names, name) - classes.names.begin();
        ClassFolder one{name, static_cast<int>(label), {}};
        for (const auto& entry : fs::directory_iterator(folder / name)) {
            const fs::path& file = entry.path();
            if (!entry.is_regular_file() || isHidden(file)) {
                continue;
            }
            if (isSample(file)) {
                one.files.push_back(file);
            } else if (std::ranges::find(kSampleEndings, lowerExtension(file)) != kSampleEndings.end()) {
                leftOut.push_back(file);
            }
        }
        std::ranges::sort(one.files);
        result.classes.push_back(std::move(one));
    }
    std::ranges::sort(result.classes, {}, &ClassFolder::label);
    std::ranges::sort(leftOut);
    for (const fs::path& file : leftOut) {
        result.leftOut.add(
            fmt::format("{}: files of this kind are not read; accepted are {}", file.string(), accepted));
    }
    return result;
}

bool holdsAny(const fs::path& folder, const std::function<bool(const fs::path&)>& isSample) {
    for (auto at = fs::recursive_directory_iterator(folder); at != fs::recursive_directory_iterator(); ++at) {
        if (isHidden(at->path())) {
            at.disable_recursion_pending();
        } else if (at->is_regular_file() && isSample(at->path())) {
            return true;
        }
    }
    return false;
}

} // namespace tandem::data
