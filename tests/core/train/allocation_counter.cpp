// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/train/allocation_counter.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<int> large = 0;

} // namespace

int tandem::train::largeAllocations() {
    return large;
}

void* operator new(std::size_t size) {
    large += size >= tandem::train::kLargeAllocation ? 1 : 0;
    if (void* memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    large += size >= tandem::train::kLargeAllocation ? 1 : 0;
    return std::malloc(size);
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
