// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/parameter.h"

#include <cstdint>
#include <vector>

/// Which networks a supernet trains. Only parameters of the model (`model.` ...) matter; those of the
/// accelerator stay at their defaults.
namespace tandem::supernet {

/// Every parameter of the model at its largest, smallest, or a uniform choice of its range; bits too.
space::Encoding largestNetwork(const space::Space& space, const space::Ranges& ranges);
space::Encoding smallestNetwork(const space::Space& space, const space::Ranges& ranges);
space::Encoding randomNetwork(const space::Space& space, const space::Ranges& ranges, std::uint64_t seed,
                              std::uint64_t number);

/// The networks of one step by the sandwich rule (Yu and Huang, ICCV 2019): the largest first, the smallest,
/// and random ones.
struct Sandwich {
    int randomNetworks = 2;
    int stepsPerNetwork = 8; ///< that a random network stays for, so that its replicas pay

    /// Depends on its arguments only.
    std::vector<space::Encoding> at(const space::Space& space, const space::Ranges& ranges,
                                    std::uint64_t seed, std::int64_t step) const;
};

} // namespace tandem::supernet
