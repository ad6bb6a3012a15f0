// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/point/parameter.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace tandem::point {

namespace {

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool equalIgnoringCase(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

/// Levenshtein distance.
std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j + 1] + 1, row[j] + 1, replaced});
        }
    }
    return row.back();
}

/// The three known names that are nearest to `name`, comma separated.
std::string nearestNames(const std::vector<Parameter>& parameters, std::string_view name) {
    std::vector<std::pair<std::size_t, std::size_t>> ranked;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        ranked.emplace_back(editDistance(parameters[i].name, name), i);
    }
    std::ranges::sort(ranked);
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, ranked.size()); ++i) {
        text += (i == 0 ? "" : ", ") + parameters[ranked[i].second].name;
    }
    return text;
}

std::optional<double> numberIn(std::string_view text) {
    double value = 0.0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

} // namespace

std::size_t Space::indexOf(std::string_view name) const {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (parameters[i].name == name) {
            return i;
        }
    }
    if (parameters.empty()) {
        throw inputError("there is no parameter '{}': the space has no parameters", name);
    }
    throw inputError("there is no parameter '{}'; the nearest are {}", name, nearestNames(parameters, name));
}

double Space::logSize() const {
    double sum = 0.0;
    for (const Parameter& parameter : parameters) {
        sum += std::log(static_cast<double>(parameter.choices.size()));
    }
    return sum;
}

Encoding Space::importedPoint() const {
    Encoding encoding;
    encoding.reserve(parameters.size());
    for (const Parameter& parameter : parameters) {
        encoding.push_back(static_cast<std::uint8_t>(parameter.imported));
    }
    return encoding;
}

std::uint8_t choiceOf(const Parameter& parameter, std::string_view text) {
    const std::string_view wanted = trimmed(text);
    const std::vector<Choice>& choices = parameter.choices;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (equalIgnoringCase(choices[i].label, wanted)) {
            return static_cast<std::uint8_t>(i);
        }
    }
    if (const std::optional<double> number = numberIn(wanted)) {
        for (std::size_t i = 0; i < choices.size(); ++i) {
            if (std::abs(choices[i].value - *number) <= 1e-9 * std::max(1.0, std::abs(*number))) {
                return static_cast<std::uint8_t>(i);
            }
        }
    }
    std::string legal;
    for (const Choice& choice : choices) {
        legal += (legal.empty() ? "" : ", ") + choice.label;
    }
    throw inputError("'{}' is not a value of {}; it takes {}", wanted, parameter.name, legal);
}

Ranges fullRanges(const Space& space) {
    Ranges ranges;
    ranges.reserve(space.parameters.size());
    for (const Parameter& parameter : space.parameters) {
        ranges.push_back({0, static_cast<std::uint8_t>(parameter.choices.size() - 1)});
    }
    return ranges;
}

bool contains(const Ranges& ranges, const Encoding& encoding) {
    return std::equal(ranges.begin(), ranges.end(), encoding.begin(), encoding.end(),
                      [](const Range& range, std::uint8_t choice) { return range.contains(choice); });
}

} // namespace tandem::point
