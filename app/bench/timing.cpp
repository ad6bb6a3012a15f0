// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/timing.h"

#include <algorithm>
#include <chrono>

namespace tandem::cli {

double secondsOf(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

} // namespace tandem::cli
