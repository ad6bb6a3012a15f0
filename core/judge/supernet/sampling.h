// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/parameter.h"

#include <cstdint>
#include <vector>

/// Which networks a supernet trains. Only parameters of the model (`model.` ...) matter; those of the
/// accelerator stay at their defaults.
namespace tandem::judge {

/// Every parameter of the model at its largest, smallest, or a uniform choice of its range; bits too.
point::Encoding largestNetwork(const point::Space& space, const point::Ranges& ranges);
point::Encoding smallestNetwork(const point::Space& space, const point::Ranges& ranges);
point::Encoding randomNetwork(const point::Space& space, const point::Ranges& ranges, std::uint64_t seed,
                              std::uint64_t number);

/// The networks of one step by the sandwich rule (Yu and Huang, ICCV 2019): the largest first, the smallest,
/// and random ones.
struct Sandwich {
    int randomNetworks = 2;
    int stepsPerNetwork = 8; ///< that a random network stays for, so that its replicas pay

    /// Depends on its arguments only.
    std::vector<point::Encoding> at(const point::Space& space, const point::Ranges& ranges,
                                    std::uint64_t seed, std::int64_t step) const;
};

} // namespace tandem::judge
