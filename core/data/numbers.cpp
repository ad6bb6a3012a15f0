// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/numbers.h"

#include "core/base/error.h"

#include <charconv>
#include <cmath>

namespace tandem::data {

double numberOf(std::string_view setting, std::string_view text) {
    double value = 0.0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        throw inputError("{}={}: a number is expected", setting, text);
    }
    return value;
}

std::vector<float> numbersOf(std::string_view setting, std::string_view text) {
    std::vector<float> numbers;
    while (true) {
        const std::size_t end = text.find('/');
        numbers.push_back(static_cast<float>(numberOf(setting, text.substr(0, end))));
        if (end == std::string_view::npos) {
            return numbers;
        }
        text.remove_prefix(end + 1);
    }
}

} // namespace tandem::data
