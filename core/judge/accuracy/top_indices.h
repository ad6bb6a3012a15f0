// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/quantize/agreement.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <vector>

namespace tandem::judge {

/// The answer of each output: where its largest element is.
inline std::vector<std::size_t> topIndices(const quant::Outputs& outputs) {
    std::vector<std::size_t> tops;
    std::ranges::transform(outputs, std::back_inserter(tops),
                           [](const std::vector<float>& output) { return quant::topIndex(output); });
    return tops;
}

/// How many of `tops` equal the first entries of `right`.
template <typename Index>
std::size_t countEqual(std::span<const std::size_t> tops, std::span<const Index> right) {
    std::size_t equal = 0;
    for (std::size_t i = 0; i < tops.size(); ++i) {
        equal += tops[i] == static_cast<std::size_t>(right[i]) ? 1 : 0;
    }
    return equal;
}

inline double percent(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace tandem::judge
