// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/algorithm.h"

#include "core/base/error.h"
#include "core/search/algorithms/nsga2.h"
#include "core/search/algorithms/random_search.h"

namespace tandem::search {

std::unique_ptr<Algorithm> makeAlgorithm(const std::string& name, const point::Space& space,
                                         const Rules& rules, std::uint64_t seed) {
    if (name == "nsga2") {
        return std::make_unique<Nsga2>(space, rules, seed);
    }
    if (name == "random") {
        return std::make_unique<RandomSearch>(space, rules, seed);
    }
    throw inputError("there is no search algorithm '{}'; the algorithms are {}", name,
                     fmt::join(algorithmNames(), ", "));
}

std::vector<std::string> algorithmNames() {
    return {"nsga2", "random"};
}

} // namespace tandem::search
