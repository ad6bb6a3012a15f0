// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace tandem::engine {

/// A JSON value as one line for the study file. Bytes that are no UTF-8 (file names may have any encoding)
/// are replaced.
template <typename AnyJson>
std::string jsonText(const AnyJson& json) {
    return json.dump(-1, ' ', false, AnyJson::error_handler_t::replace);
}

} // namespace tandem::engine
