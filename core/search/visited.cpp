// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/visited.h"

#include <algorithm>
#include <cstring>

namespace tandem::search {

namespace {

constexpr std::size_t kSmallest = 1024;

// The finalizer of MurmurHash3 (Appleby), chained over words of eight choices.
std::uint64_t mixed(std::uint64_t h) {
    h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdULL;
    h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return h ^ (h >> 33);
}

} // namespace

std::uint64_t hashOf(const point::Encoding& encoding) {
    std::uint64_t hash = 0x9e3779b97f4a7c15ULL + encoding.size();
    for (std::size_t at = 0; at < encoding.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, encoding.data() + at, std::min<std::size_t>(8, encoding.size() - at));
        hash = mixed(hash ^ word) + 0x9e3779b97f4a7c15ULL;
    }
    return hash == 0 ? 1 : hash;
}

Visited::Visited() : slots_(kSmallest, 0) {}

std::size_t Visited::slotOf(std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot] != 0 && slots_[slot] != hash) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

bool Visited::insert(const point::Encoding& encoding) {
    const std::uint64_t hash = hashOf(encoding);
    std::uint64_t& slot = slots_[slotOf(hash)];
    if (slot == hash) {
        return false;
    }
    slot = hash;
    if (++size_ * 2 > slots_.size()) {
        grow();
    }
    return true;
}

bool Visited::contains(const point::Encoding& encoding) const {
    return slots_[slotOf(hashOf(encoding))] != 0;
}

void Visited::clear() {
    slots_.assign(kSmallest, 0);
    size_ = 0;
}

void Visited::grow() {
    std::vector<std::uint64_t> old(slots_.size() * 2, 0);
    old.swap(slots_);
    for (const std::uint64_t hash : old) {
        if (hash != 0) {
            slots_[slotOf(hash)] = hash;
        }
    }
}

} // namespace tandem::search
