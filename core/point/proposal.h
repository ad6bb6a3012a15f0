// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace tandem::point {

/// How dear an evaluation is. Files count fidelities by their number: new ones come last.
enum class Fidelity : std::uint8_t {
    Estimate, ///< the cost model and what is expected of the accuracy
    Supernet, ///< with the weights that all networks of the space share
    Trained,  ///< trained for this one point
    Verified, ///< trained, generated, simulated and synthesized
};
inline constexpr std::size_t kFidelityCount = 4;

/// What led to a proposal. Files count moves by their number: new ones come last.
enum class Move : std::uint8_t {
    Unknown,     ///< it was not written down: the study is older than origins are
    Imported,    ///< the imported network
    Random,      ///< drawn from the ranges
    Crossover,   ///< of two parents, and mutated
    Mutation,    ///< of one parent
    Repaired,    ///< a parent outside new ranges, moved to the nearest encoding inside
    Counting,    ///< the next encoding that is not known, where chance finds no new ones
    Injected,    ///< a person's own
    Acquisition, ///< what a model expects most of; Origin::acquisition says how much
};
inline constexpr std::size_t kMoveCount = 9;

/// Where a point comes from, 16 bytes.
struct Origin {
    static constexpr std::uint32_t kNoParent = std::numeric_limits<std::uint32_t>::max();

    std::array<std::uint32_t, 2> parents{kNoParent, kNoParent}; ///< ids of points, the first ones first
    float acquisition = 0.0F;   ///< of Move::Acquisition; in the algorithm's own unit, more is better
    std::uint8_t algorithm = 0; ///< number of a search algorithm (search/registry.h); 0: none of them
    Move move = Move::Unknown;

    bool operator==(const Origin&) const = default;
};
static_assert(sizeof(Origin) == 16, "every point has one");

/// Names for files and the command line: "estimate", "crossover".
std::string_view fidelityName(Fidelity fidelity);
std::string_view moveName(Move move);

} // namespace tandem::point
