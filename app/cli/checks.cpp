// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/checks.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

namespace tandem::cli {

namespace {

template <typename Number>
std::optional<Number> wholeText(const std::string& text) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto [stopped, failure] = std::from_chars(text.data(), end, value);
    return failure == std::errc() && stopped == end ? std::optional(value) : std::nullopt;
}

CLI::Validator withoutName(std::function<std::string(std::string&)> check) {
    return {std::move(check), ""};
}

} // namespace

CLI::Validator wholeNumber(std::uint64_t low, std::uint64_t high) {
    return withoutName([low, high](std::string& text) {
        const std::optional<std::uint64_t> value = wholeText<std::uint64_t>(text);
        if (value && *value >= low && *value <= high) {
            return std::string();
        }
        return high == std::numeric_limits<std::uint64_t>::max() && low > 0
                   ? fmt::format("'{}' was given; it takes a whole number of at least {}", text, low)
                   : fmt::format("'{}' was given; it takes a whole number from {} to {}", text, low, high);
    });
}

CLI::Validator number(double low, double high) {
    return withoutName([low, high](std::string& text) {
        const std::optional<double> value = wholeText<double>(text);
        if (value && std::isfinite(*value) && *value >= low && *value <= high) {
            return std::string();
        }
        return std::isinf(high)
                   ? fmt::format("'{}' was given; it takes a number of at least {}", text, low)
                   : fmt::format("'{}' was given; it takes a number from {} to {}", text, low, high);
    });
}

CLI::Validator positiveNumber() {
    return withoutName([](std::string& text) {
        const std::optional<double> value = wholeText<double>(text);
        return value && std::isfinite(*value) && *value > 0.0
                   ? std::string()
                   : fmt::format("'{}' was given; it takes a number above 0", text);
    });
}

} // namespace tandem::cli
