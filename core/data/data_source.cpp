// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_source.h"

#include <algorithm>

namespace tandem::data {

namespace {

namespace fs = std::filesystem;

bool isThere(const fs::path& path) {
    std::error_code failed; // such as a name that is too long
    return fs::exists(path, failed);
}

/// Where parts between commas begin, and one past the end.
std::vector<std::size_t> partStarts(const std::string& source) {
    std::vector<std::size_t> starts{0};
    for (std::size_t at = source.find(','); at != std::string::npos; at = source.find(',', at + 1)) {
        starts.push_back(at + 1);
    }
    starts.push_back(source.size() + 1);
    return starts;
}

} // namespace

std::vector<fs::path> pathsOf(const std::string& source) {
    const std::vector<std::size_t> starts = partStarts(source);
    const std::size_t parts = starts.size() - 1;
    const auto joined = [&](std::size_t first, std::size_t end) {
        return fs::path(source.substr(starts[first], starts[end] - 1 - starts[first]));
    };
    // From each part on: where its path ends so that all that follows exists too; 0 where there is no such
    // end.
    std::vector<std::size_t> ends(parts + 1, 0);
    ends[parts] = parts;
    for (std::size_t first = parts; first-- > 0;) {
        for (std::size_t end = parts; end > first && ends[first] == 0; --end) {
            ends[first] = ends[end] != 0 && isThere(joined(first, end)) ? end : 0;
        }
    }
    std::vector<fs::path> paths;
    for (std::size_t first = 0; first < parts;) {
        const std::size_t end = ends[0] != 0 ? ends[first] : first + 1;
        paths.push_back(joined(first, end));
        first = end;
    }
    return paths;
}

bool sourceExists(const std::string& source) {
    return std::ranges::all_of(pathsOf(source), isThere);
}

} // namespace tandem::data
