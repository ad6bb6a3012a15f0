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

} // namespace tandem::store
