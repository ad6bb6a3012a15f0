// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/front/dominance.h"

#include <span>

namespace tandem::search {

/// A point one of whose objectives is only known to be normally distributed; `values` has its mean there.
struct UncertainValues {
    Values values{};
    std::size_t uncertain = 0; ///< which objective
    double deviation = 0.0;    ///< of it
};

/// By how much a point is expected to increase the hypervolume of `front` bounded by `reference`, over the
/// first `objectives` (2 to 4) objectives, all minimized. Exact: as the uncertain objective falls, the
/// point's own volume grows piecewise linearly, and the expectation of every piece has a closed form, as that
/// of expected improvement (Jones, Schonlau, Welch 1998) has.
double expectedGain(std::span<const Values> front, const Values& reference, std::size_t objectives,
                    const UncertainValues& point);

} // namespace tandem::search
