// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/algorithms/random_search.h"

namespace tandem::search {

namespace {
constexpr std::size_t kGenerationSize = 512;
}

RandomSearch::RandomSearch(const point::Space& space, const Rules& rules, std::uint64_t seed)
    : Generational(space, rules, seed, kGenerationSize) {}

point::Encoding RandomSearch::propose(Random& random, int /*attempt*/) {
    return randomEncoding(random);
}

void RandomSearch::told(const point::Point& /*point*/) {}

} // namespace tandem::search
