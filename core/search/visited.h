// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/parameter.h"

#include <cstdint>
#include <vector>

namespace tandem::search {

/// Never 0; the same on every machine.
std::uint64_t hashOf(const point::Encoding& encoding);

/// The encodings met so far, by a 64-bit hash: 16 bytes a point, so millions fit. Two encodings that share a
/// hash (one chance in ten million among a million points) count as one; all that costs is a point not asked.
class Visited {
  public:
    Visited();
    /// False when it was there before.
    bool insert(const point::Encoding& encoding);
    bool contains(const point::Encoding& encoding) const;
    void clear();
    std::size_t size() const { return size_; }

  private:
    std::size_t slotOf(std::uint64_t hash) const;
    void grow();

    std::vector<std::uint64_t> slots_; // a power of two, 0 is free, at most half full
    std::size_t size_ = 0;
};

} // namespace tandem::search
