// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/point.h"

#include <string>
#include <string_view>

namespace tandem::store {

/// Bytes of the record of a point: choices, values, sources, deviation (see migrations.cpp).
constexpr std::size_t recordSize(std::size_t parameters, std::size_t metrics) {
    return parameters + 5 * metrics + 4;
}

/// Appends the record of a point.
void packPoint(const point::Point& point, std::string& data);

/// Bytes of the record of a point's origin and fidelity (see migrations.cpp).
constexpr std::size_t kOriginSize = 15;

/// Appends the record of a point's origin and fidelity.
void packOrigin(const point::Point& point, std::string& data);

/// Reads one back. Throws Error (Input) when it holds a move or a fidelity that does not exist.
void unpackOrigin(std::string_view record, point::Point& point);

/// Reads a record back; id and epoch are left alone. Metrics that the record does not know stay unknown.
/// Throws Error (Input) when the record holds a source that does not exist.
void unpackPoint(std::string_view record, std::size_t parameters, std::size_t metrics, point::Point& point);

} // namespace tandem::store
