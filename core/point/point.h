// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"
#include "core/point/parameter.h"
#include "core/point/proposal.h"

#include <cstdint>

namespace tandem::point {

/// Number of a point within its study, counted from 0 in the order of evaluation.
using PointId = std::uint64_t;

/// An evaluated point.
struct Point {
    PointId id = 0;
    std::uint32_t epoch = 0; ///< the steering state it was sampled under
    Encoding encoding;
    Metrics metrics;
    Origin origin{};
    Fidelity fidelity = Fidelity::Estimate; ///< that it was asked for at
};

} // namespace tandem::point
