// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"

#include <chrono>
#include <mutex>
#include <stop_token>
#include <thread>

namespace tandem {

/// Locks a mutex under which somebody may work for long. Throws Error (Cancelled) where it is asked to stop
/// meanwhile.
inline std::unique_lock<std::mutex> patientLock(std::mutex& mutex, const std::stop_token& cancel) {
    std::unique_lock lock(mutex, std::try_to_lock);
    while (!lock.owns_lock()) {
        stopIfAsked(cancel);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        lock.try_lock();
    }
    return lock;
}

} // namespace tandem
