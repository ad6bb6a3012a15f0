// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/random_search.h"

namespace tandem::search {

namespace {
constexpr std::size_t kGenerationSize = 512;
}

RandomSearch::RandomSearch(const space::Space& space, const Rules& rules, std::uint64_t seed)
    : Generational(space, rules, seed, kGenerationSize) {}

space::Encoding RandomSearch::propose(Random& random, int /*attempt*/) {
    return randomEncoding(random);
}

void RandomSearch::told(const space::Point& /*point*/) {}

} // namespace tandem::search
