// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

namespace tandem::data {

/// The finite number that a setting's text is. Throws Error (Input) naming the setting.
double numberOf(std::string_view setting, std::string_view text);

/// The numbers of "0.5/0.4/0.3".
std::vector<float> numbersOf(std::string_view setting, std::string_view text);

} // namespace tandem::data
