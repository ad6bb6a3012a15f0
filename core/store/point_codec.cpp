// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/point_codec.h"

#include "core/base/error.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace tandem::store {

static_assert(std::endian::native == std::endian::little, "records are copied as they lie in memory");
static_assert(sizeof(point::Source) == 1);

void packPoint(const point::Point& point, std::string& data) {
    const std::size_t parameters = point.encoding.size();
    const std::size_t at = data.size();
    data.resize(at + recordSize(parameters, point::kMetricCount));
    char* to = data.data() + at;
    std::memcpy(to, point.encoding.data(), parameters);
    to += parameters;
    std::memcpy(to, point.metrics.values.data(), 4 * point::kMetricCount);
    to += 4 * point::kMetricCount;
    std::memcpy(to, point.metrics.sources.data(), point::kMetricCount);
    to += point::kMetricCount;
    std::memcpy(to, &point.metrics.accuracyDeviation, 4);
}

void unpackPoint(std::string_view record, std::size_t parameters, std::size_t metrics, point::Point& point) {
    const char* from = record.data();
    point.encoding.resize(parameters);
    std::memcpy(point.encoding.data(), from, parameters);
    from += parameters;
    const std::size_t known = std::min(metrics, point::kMetricCount);
    std::memcpy(point.metrics.values.data(), from, 4 * known);
    from += 4 * metrics;
    for (std::size_t i = 0; i < known; ++i) {
        const auto source = static_cast<std::uint8_t>(from[i]);
        if (source >= point::kSourceCount) {
            throw inputError("a point's record holds the source {}, which does not exist", source);
        }
        point.metrics.sources[i] = static_cast<point::Source>(source);
    }
    from += metrics;
    std::memcpy(&point.metrics.accuracyDeviation, from, 4);
}

void packOrigin(const point::Point& point, std::string& data) {
    const std::size_t at = data.size();
    data.resize(at + kOriginSize);
    char* to = data.data() + at;
    to[0] = static_cast<char>(point.origin.algorithm);
    to[1] = static_cast<char>(point.origin.move);
    to[2] = static_cast<char>(point.fidelity);
    std::memcpy(to + 3, point.origin.parents.data(), 8);
    std::memcpy(to + 11, &point.origin.acquisition, 4);
}

void unpackOrigin(std::string_view record, point::Point& point) {
    const auto move = static_cast<std::uint8_t>(record[1]);
    const auto fidelity = static_cast<std::uint8_t>(record[2]);
    if (move >= point::kMoveCount || fidelity >= point::kFidelityCount) {
        throw inputError("a point's record holds the move {} and the fidelity {}, which do not exist", move,
                         fidelity);
    }
    point.origin.algorithm = static_cast<std::uint8_t>(record[0]);
    point.origin.move = static_cast<point::Move>(move);
    point.fidelity = static_cast<point::Fidelity>(fidelity);
    std::memcpy(point.origin.parents.data(), record.data() + 3, 8);
    std::memcpy(&point.origin.acquisition, record.data() + 11, 4);
}

} // namespace tandem::store
