// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/point_log.h"
#include "core/search/algorithm.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::engine {

/// A hash over the encodings of the first points of a log, which is kept up while the log grows.
class PointsDigest {
  public:
    /// Of the first `count` points. Quick where it is asked for more and more.
    std::uint64_t of(const point::PointLog& points, std::size_t count);

  private:
    std::uint64_t value_ = 0;
    std::size_t count_ = 0;
};

/// Where a search stands, so that it can go on without asking for its points again.
struct SearchState {
    std::string identity;               ///< everything but the points that the search followed from
    std::uint64_t points = 0;           ///< known when it was saved
    std::uint64_t digest = 0;           ///< of these points
    std::uint64_t commands = 0;         ///< steering commands applied by then
    std::vector<search::Proposal> open; ///< asked for and not evaluated by then
    std::string exchange;               ///< search::Exchange::save()
};

std::string toBytes(const SearchState& state);
/// Nothing where the bytes are damaged or of another version.
std::optional<SearchState> searchStateOf(std::string_view bytes);

} // namespace tandem::engine
